#include "client/columns.hpp"

#include <pgjinja/client/result.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using test::Columns;
using test::report_of;
using test::text_column;

Result result_of(ResultSink& sink, std::string tag, std::int64_t affected) {
  sink.finish({std::move(tag), affected});
  return sink.take();
}

Result cities() {
  ResultSink sink;
  test::feed(sink,
             {text_column("id", pg::oid::kInt8), text_column("name", pg::oid::kText),
              text_column("born", pg::oid::kDate)},
             {{"1", "Lyon", "2024-02-29"}, {"2", {}, "infinity"}, {"3", "", {}}});
  return result_of(sink, "SELECT 3", 3);
}

TEST(Result, KeepsColumnsRowsAndOutcome) {
  const Result result = cities();
  EXPECT_EQ(result.size(), 3U);
  EXPECT_FALSE(result.empty());
  EXPECT_EQ(result.tag(), "SELECT 3");
  EXPECT_EQ(result.affected(), 3);
  ASSERT_EQ(result.columns().size(), 3U);
  EXPECT_EQ(result.columns()[1].name, "name");
  EXPECT_EQ(result.columns()[1].type, pg::oid::kText);
}

TEST(Result, GivesFieldsByNameAndPosition) {
  const Result result = cities();
  std::vector<std::int64_t> ids;
  std::vector<std::optional<std::string>> names;
  for (const Row& row : result) {
    EXPECT_EQ(row.size(), 3U);
    ids.push_back(row["id"].as<std::int64_t>());
    names.push_back(row.at(1).as<std::optional<std::string>>());
  }
  EXPECT_EQ(ids, (std::vector<std::int64_t>{1, 2, 3}));
  EXPECT_EQ(names, (std::vector<std::optional<std::string>>{"Lyon", std::nullopt, ""}));
}

TEST(Result, KnowsNullFromEmpty) {
  const Result result = cities();
  EXPECT_FALSE(result[0]["name"].is_null());
  EXPECT_TRUE(result[1]["name"].is_null());
  EXPECT_FALSE(result[2]["name"].is_null());
  EXPECT_EQ(result[2]["name"].as<std::string>(), "");
}

TEST(Result, GivesValues) {
  const Result result = cities();
  EXPECT_EQ(result[0]["id"].value(), Value(1));
  EXPECT_EQ(result[0]["name"].value(), Value("Lyon"));
  EXPECT_EQ(result[1]["name"].value(), Value());
  EXPECT_EQ(result[0]["name"].column().name, "name");
}

TEST(Result, SurvivesMoveAndCopy) {
  Result first = cities();
  const Result copy = first;
  const Result moved = std::move(first);
  EXPECT_EQ(copy[0]["name"].as<std::string>(), "Lyon");
  EXPECT_EQ(moved[0]["name"].as<std::string>(), "Lyon");
}

TEST(Result, IsEmptyWithoutRowsOrColumns) {
  ResultSink sink;
  const Result none = result_of(sink, "CREATE TABLE", 0);
  EXPECT_TRUE(none.empty());
  EXPECT_TRUE(none.columns().empty());
  EXPECT_EQ(none.begin(), none.end());
}

TEST(Result, CountsRowsWithoutColumns) {
  ResultSink sink;
  test::feed(sink, {}, {{}, {}});
  const Result rows = result_of(sink, "SELECT 2", 2);
  EXPECT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].size(), 0U);
}

TEST(Result, SaysWhatIsNotThere) {
  const Result result = cities();
  EXPECT_EQ(report_of([&] { static_cast<void>(result[0]["nmae"]); }),
            "error[mapping]: the result has no column \"nmae\"\n"
            "  = detail: columns: id, name, born\n"
            "  = hint: did you mean \"name\"?");
  EXPECT_EQ(report_of([&] { static_cast<void>(result[0]["elevation"]); }),
            "error[mapping]: the result has no column \"elevation\"\n"
            "  = detail: columns: id, name, born");
  EXPECT_EQ(report_of([&] { static_cast<void>(result[0].at(3)); }),
            "error[mapping]: there is no column at position 3: there are 3, counted from 0");
  EXPECT_EQ(report_of([&] { static_cast<void>(result.at(3)); }),
            "error[mapping]: there is no row at position 3: there are 3, counted from 0");
  EXPECT_EQ(result.at(2).number(), 3U);
}

TEST(Result, RefusesAnAmbiguousName) {
  ResultSink sink;
  test::feed(sink, {text_column("id", pg::oid::kInt8), text_column("id", pg::oid::kInt8)},
             {{"1", "2"}});
  const Result result = result_of(sink, "SELECT 1", 1);
  EXPECT_EQ(report_of([&] { static_cast<void>(result[0]["id"]); }),
            "error[mapping]: the result has more than one column \"id\"\n"
            "  = hint: take it by position with at(), or name one of them otherwise (… AS "
            "other_name)");
  EXPECT_EQ(result[0].at(1).as<std::int64_t>(), 2);
}

TEST(Result, SaysWhyAFieldIsNotWhatWasAskedFor) {
  const Result result = cities();
  EXPECT_EQ(report_of([&] { static_cast<void>(result[0]["name"].as<std::int64_t>()); }),
            "error[mapping]: column \"name\" is text, and the value asked for is std::int64_t\n"
            "  = hint: cast it in SQL (\"name\"::bigint), or ask for std::string");
  EXPECT_EQ(
      report_of([&] { static_cast<void>(result[1]["name"].as<std::string>()); }),
      "error[mapping]: column \"name\" is NULL in row 2, and the value asked for is "
      "std::string\n"
      "  = hint: ask for std::optional<std::string>, or give it a value in SQL with coalesce");
  const std::string report = report_of([&] { static_cast<void>(result[1]["born"].as<Date>()); });
  EXPECT_TRUE(
      report.starts_with("error[mapping]: column \"born\" of row 2 does not fit the value "
                         "asked for (pgjinja::Date): "))
      << report;
}

TEST(Result, RefusesARowOfAnotherWidth) {
  ResultSink sink;
  EXPECT_EQ(report_of([&] { test::feed(sink, {text_column("a", pg::oid::kInt8)}, {{}}); }),
            "error[protocol]: the server sent a row of 0 fields where 1 were announced");
}

}  // namespace
}  // namespace pgjinja
