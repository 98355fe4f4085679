#include "client/columns.hpp"

#include <pgjinja/client/mapping.hpp>
#include <pgjinja/client/row_sinks.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using test::Columns;
using test::report_of;
using test::rows_of;
using test::text_column;
using test::TextRow;

struct City {
  std::int64_t id;
  std::string name;
  std::optional<std::string> country;
  std::int32_t population;
};

Columns city_columns() {
  return {text_column("id", pg::oid::kInt8), text_column("name", pg::oid::kText),
          text_column("country", pg::oid::kText), text_column("population", pg::oid::kInt4)};
}

Columns with(Columns columns, std::size_t at, pg::Column column) {
  columns.at(at) = std::move(column);
  return columns;
}

Columns without(Columns columns, std::size_t at) {
  columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(at));
  return columns;
}

TEST(RowMapping, FindsMembersByNameInAnyOrder) {
  const Columns columns{text_column("population", pg::oid::kInt4),
                        text_column("country", pg::oid::kText), text_column("id", pg::oid::kInt8),
                        text_column("name", pg::oid::kVarchar)};
  const auto cities = rows_of<City>(columns, {{"7", "FR", "1", "Lyon"}, {"8", {}, "2", ""}});
  ASSERT_EQ(cities.size(), 2U);
  EXPECT_EQ(cities[0].id, 1);
  EXPECT_EQ(cities[0].name, "Lyon");
  EXPECT_EQ(cities[0].country, "FR");
  EXPECT_EQ(cities[0].population, 7);
  EXPECT_EQ(cities[1].id, 2);
  EXPECT_EQ(cities[1].name, "");
  EXPECT_EQ(cities[1].country, std::nullopt);
  EXPECT_EQ(cities[1].population, 8);
}

TEST(RowMapping, MapsStructsOfFunctions) {
  struct Local {
    std::string a;
    bool b;
  };
  const Columns columns{text_column("b", pg::oid::kBool), text_column("a", pg::oid::kText)};
  const auto rows = rows_of<Local>(columns, {{"t", "x"}});
  EXPECT_EQ(rows.at(0).a, "x");
  EXPECT_TRUE(rows.at(0).b);
}

TEST(RowMapping, MapsTuplesAndPairsByPosition) {
  using Triple = std::tuple<std::int64_t, std::optional<bool>, std::string>;
  const Columns columns{text_column("x", pg::oid::kInt8), text_column("x", pg::oid::kBool),
                        text_column("?column?", pg::oid::kText)};
  EXPECT_EQ(rows_of<Triple>(columns, {{"1", "t", "a"}, {"2", {}, "b"}}),
            (std::vector<Triple>{{1, true, "a"}, {2, std::nullopt, "b"}}));
  using Pair = std::pair<std::int64_t, bool>;
  EXPECT_EQ(rows_of<Pair>(without(columns, 2), {{"1", "f"}}), (std::vector<Pair>{{1, false}}));
}

TEST(RowMapping, MapsTheOnlyColumnToAScalar) {
  const auto column = [](pg::Oid type) { return Columns{text_column("n", type)}; };
  EXPECT_EQ(rows_of<std::int64_t>(column(pg::oid::kInt8), {{"1"}, {"-2"}}),
            (std::vector<std::int64_t>{1, -2}));
  EXPECT_EQ(rows_of<bool>(column(pg::oid::kBool), {{"t"}, {"f"}}),
            (std::vector<bool>{true, false}));
  EXPECT_EQ(rows_of<std::optional<std::string>>(column(pg::oid::kText), {{{}}, {""}}),
            (std::vector<std::optional<std::string>>{std::nullopt, ""}));
  EXPECT_EQ(rows_of<Decimal>(column(pg::oid::kNumeric), {{"1.50"}}),
            (std::vector<Decimal>{{"1.50"}}));
  EXPECT_EQ(rows_of<Value>(column(pg::oid::kInt8), {{"5"}, {{}}}),
            (std::vector<Value>{Value(5), Value()}));
  EXPECT_EQ(
      rows_of<std::vector<std::optional<std::int32_t>>>(column(pg::oid::kInt4Array), {{"{1,NULL}"}})
          .at(0),
      (std::vector<std::optional<std::int32_t>>{1, std::nullopt}));
}

TEST(RowMapping, EngagesNestedOptionals) {
  using Nested = std::optional<std::optional<std::int64_t>>;
  const Columns columns{text_column("n", pg::oid::kInt8)};
  const auto rows = rows_of<Nested>(columns, {{"4"}, {{}}});
  EXPECT_EQ(rows.at(0), Nested(4));
  EXPECT_FALSE(rows.at(1).has_value());
}

TEST(RowMapping, StoresNullOverAMembersDefault) {
  struct Defaults {
    std::optional<std::string> text = "default";
  };
  EXPECT_EQ(rows_of<Defaults>({text_column("text", pg::oid::kText)}, {{{}}}).at(0).text,
            std::nullopt);
}

TEST(RowMapping, TakesNoRows) { EXPECT_TRUE(rows_of<City>(city_columns(), {}).empty()); }

TEST(RowMapping, SaysWhyColumnsDoNotFit) {
  const struct {
    Columns columns;
    std::string report;
  } cases[] = {
      {with(city_columns(), 3, text_column("popn", pg::oid::kInt4)),
       "error[mapping]: column \"popn\" has no member in City\n"
       "  = detail: members of City: id, name, country, population\n"
       "  = hint: did you mean City::population? name the column so (… AS population)"},
      {with(city_columns(), 1, text_column("nmae", pg::oid::kText)),
       "error[mapping]: column \"nmae\" has no member in City\n"
       "  = detail: members of City: id, name, country, population\n"
       "  = hint: did you mean City::name? name the column so (… AS name)"},
      {with(city_columns(), 1, text_column("elevation", pg::oid::kText)),
       "error[mapping]: column \"elevation\" has no member in City\n"
       "  = detail: members of City: id, name, country, population\n"
       "  = hint: leave it out of the SELECT list, or add a member for it"},
      {without(city_columns(), 3),
       "error[mapping]: member City::population has no column\n"
       "  = detail: columns: id, name, country\n"
       "  = hint: select it in the template, or leave the member out"},
      {{},
       "error[mapping]: member City::id has no column\n"
       "  = detail: the statement returns no columns\n"
       "  = hint: add RETURNING to the statement, or use execute"},
      {with(city_columns(), 1, text_column("id", pg::oid::kInt8)),
       "error[mapping]: column \"id\" appears more than once in the result\n"
       "  = hint: name one of them otherwise (… AS other_name), or leave it out"},
      {with(city_columns(), 3, text_column("population", pg::oid::kNumeric)),
       "error[mapping]: column \"population\" is numeric, and member City::population is "
       "std::int32_t\n"
       "  = hint: cast it in SQL (\"population\"::integer), or make the member pgjinja::Decimal"},
      {with(city_columns(), 3, text_column("population", pg::oid::kInt8)),
       "error[mapping]: column \"population\" is bigint, and member City::population is "
       "std::int32_t\n"
       "  = hint: cast it in SQL (\"population\"::integer), or make the member std::int64_t"},
      {with(city_columns(), 2, text_column("country", pg::oid::kTextArray)),
       "error[mapping]: column \"country\" is text[], and member City::country is "
       "std::optional<std::string>\n"
       "  = hint: cast it in SQL (\"country\"::text), or make the member "
       "std::vector<std::string>"},
  };
  for (const auto& [columns, report] : cases) {
    EXPECT_EQ(report_of([&] { static_cast<void>(rows_of<City>(columns, {})); }), report);
  }
}

TEST(RowMapping, SaysWhyPositionsDoNotFit) {
  const Columns one{text_column("a", pg::oid::kInt8)};
  const Columns two{text_column("a", pg::oid::kInt8), text_column("b", pg::oid::kText)};
  using Triple = std::tuple<std::int64_t, std::string, bool>;
  using Wrong = std::tuple<std::int64_t, double>;
  EXPECT_EQ(report_of([&] { static_cast<void>(rows_of<Triple>(two, {})); }),
            "error[mapping]: the statement returns 2 columns, and the tuple has 3 elements\n"
            "  = detail: columns: a, b\n"
            "  = hint: select as many columns as there are elements, or map to a struct");
  EXPECT_EQ(report_of([&] { static_cast<void>(rows_of<Wrong>(two, {})); }),
            "error[mapping]: column \"b\" is text, and element 2 of the tuple is double\n"
            "  = hint: cast it in SQL (\"b\"::double precision), or make the element std::string");
  EXPECT_EQ(report_of([&] { static_cast<void>(rows_of<std::int64_t>(two, {})); }),
            "error[mapping]: the statement returns 2 columns, and std::int64_t takes exactly one\n"
            "  = detail: columns: a, b\n"
            "  = hint: select one column, or map to a struct or a std::tuple");
  EXPECT_EQ(report_of([&] { static_cast<void>(rows_of<bool>({}, {})); }),
            "error[mapping]: the statement returns 0 columns, and bool takes exactly one\n"
            "  = hint: add RETURNING to the statement, or use execute");
  EXPECT_EQ(report_of([&] { static_cast<void>(rows_of<std::optional<bool>>(one, {})); }),
            "error[mapping]: column \"a\" is bigint, and the value asked for is "
            "std::optional<bool>\n"
            "  = hint: cast it in SQL (\"a\"::boolean), or ask for std::int64_t");
}

TEST(RowMapping, NamesColumnMemberAndRowOfANull) {
  EXPECT_EQ(
      report_of([] {
        static_cast<void>(rows_of<City>(city_columns(), {{"1", "a", {}, "5"}, {"2", "b", {}, {}}}));
      }),
      "error[mapping]: column \"population\" is NULL in row 2, and member City::population "
      "is std::int32_t\n"
      "  = hint: make the member std::optional<std::int32_t>, or give it a value in SQL with "
      "coalesce");
}

TEST(RowMapping, NamesColumnMemberAndRowOfAValueThatDoesNotFit) {
  const std::string report = report_of([] {
    static_cast<void>(rows_of<std::tuple<bool, Date>>(
        {text_column("a", pg::oid::kBool), text_column("born", pg::oid::kDate)},
        {{"t", "2024-02-29"}, {"t", "infinity"}}));
  });
  EXPECT_TRUE(
      report.starts_with("error[mapping]: column \"born\" of row 2 does not fit element 2 "
                         "of the tuple (pgjinja::Date): "))
      << report;
}

TEST(RowMapping, RefusesARowOfAnotherWidth) {
  EXPECT_EQ(
      report_of([] {
        static_cast<void>(rows_of<std::int64_t>({text_column("a", pg::oid::kInt8)}, {{"1", "2"}}));
      }),
      "error[protocol]: the server sent a row of 2 fields where 1 were announced");
}

TEST(RowMapping, IsMadeForItsColumnsOnly) {
  const Columns columns = city_columns();
  const RowMapping mapping(row_type<City>(), columns);
  Columns binary = columns;
  binary[0].format = pg::Format::Binary;
  EXPECT_TRUE(mapping.fits(columns));
  EXPECT_FALSE(mapping.fits(binary));
  EXPECT_FALSE(mapping.fits(without(columns, 3)));
  EXPECT_FALSE(mapping.fits(with(columns, 1, text_column("name", pg::oid::kVarchar))));
  EXPECT_FALSE(mapping.fits(with(columns, 1, text_column("Name", pg::oid::kText))));
}

TEST(MappingCache, GivesTheSameMappingForTheSameColumns) {
  MappingCache cache;
  const RowType& type = row_type<std::int64_t>();
  const auto columns_of = [](int i) {
    return Columns{text_column("c" + std::to_string(i), pg::oid::kInt8)};
  };
  const auto first = cache.find(type, columns_of(0));
  EXPECT_EQ(cache.find(type, columns_of(0)), first);
  EXPECT_NE(cache.find(type, columns_of(1)), first);
  for (int i = 2; i < 20; ++i) EXPECT_TRUE(cache.find(type, columns_of(i))->fits(columns_of(i)));
  // Long pushed out of the cache, and still usable by who holds it.
  EXPECT_TRUE(first->fits(columns_of(0)));
  EXPECT_NE(cache.find(type, columns_of(0)), first);
}

TEST(FirstRowSink, KeepsTheFirstRowAndCountsTheOthers) {
  FirstRowSink<std::int64_t> sink;
  test::feed(sink, {text_column("n", pg::oid::kInt8)}, {{"4"}, {"5"}, {{}}});
  EXPECT_EQ(sink.count(), 3U);
  EXPECT_EQ(std::move(sink).take(), 4);
}

TEST(RowType, SpellsTypesAsProgramsDo) {
  EXPECT_EQ(row_type<City>().name, "City");
  std::vector<std::string> types;
  for (const Member& member : row_type<City>().members) types.push_back(member.type);
  EXPECT_EQ(types, (std::vector<std::string>{"std::int64_t", "std::string",
                                             "std::optional<std::string>", "std::int32_t"}));
  EXPECT_EQ(row_type<std::vector<std::optional<Uuid>>>().name,
            "std::vector<std::optional<pgjinja::Uuid>>");
  EXPECT_EQ(row_type<std::vector<std::vector<std::byte>>>().name,
            "std::vector<std::vector<std::byte>>");
}

TEST(RowType, TellsTemplatesTheMembersOfAStruct) {
  EXPECT_NE(row_type<City>().context.find("_model_fields_"), nullptr);
  EXPECT_EQ(row_type<std::int64_t>().context.find("_model_fields_"), nullptr);
  EXPECT_EQ((row_type<std::pair<bool, bool>>().context.find("_model_fields_")), nullptr);
}

}  // namespace
}  // namespace pgjinja
