#include "client/columns.hpp"
#include "client/server.hpp"

#include <pgjinja/pgjinja.hpp>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using test::client_with;
using test::report_of;

struct Item {
  std::int64_t n;
  std::optional<std::string> text;
  friend bool operator==(const Item&, const Item&) = default;
};

/// One member of each type that a column decodes to.
struct Everything {
  bool flag;
  std::int16_t small;
  std::int32_t middle;
  std::int64_t large;
  float real;
  double wide;
  std::string text;
  std::vector<std::byte> raw;
  Date date;
  Timestamp stamp;
  TimestampTz instant;
  TimeOfDay time;
  Interval span;
  Uuid uuid;
  Json json;
  Json jsonb;
  friend bool operator==(const Everything&, const Everything&) = default;
};

/// Besides these, one that goes as text.
struct WithText {
  std::int32_t middle;
  std::optional<Decimal> price;
  std::string mood;
  std::vector<std::optional<std::string>> words;
  Value whatever;
};

class CopyTest : public testing::Test {
 protected:
  Client db = client_with(
      {{"items", "SELECT n, text FROM copied ORDER BY n;  -- all of them"},
       {"everything", "SELECT * FROM everything"},
       {"same", "SELECT count(*) FROM (SELECT DISTINCT everything::text FROM everything) AS t"},
       {"insert",
        "INSERT INTO everything VALUES ({{ flag }}, {{ small }}, {{ middle }}, {{ large }},"
        " {{ real }}, {{ wide }}, {{ text }}, {{ raw }}, {{ date }}, {{ stamp }}, {{ instant }},"
        " {{ time }}, {{ span }}, {{ uuid }}, {{ json }}, {{ jsonb }})"},
       {"texts", "SELECT string_agg(with_text::text, ' ' ORDER BY middle) FROM with_text"},
       {"one", "SELECT n, text FROM copied WHERE n = {{ n }} AND text = {{ text | upper }}"},
       {"constant", "SELECT n, text FROM copied WHERE n = {{ n | literal }}"},
       {"columns", "SELECT {{ _model_fields_ }} FROM copied"},
       {"moods", "SELECT m::mood AS mood FROM unnest(ARRAY['sad', 'ok']) m"},
       {"wrong", "SELECT n,\n  nothing FROM copied"},
       {"late", "SELECT 1 / (n - 2) AS n, NULL AS text FROM copied"},
       {"delete", "DELETE FROM copied"}},
      2);

  void SetUp() override {
    db.run_script(
        "DROP TABLE IF EXISTS copied, everything, with_text; DROP TYPE IF EXISTS mood;"
        "CREATE TABLE copied (n int PRIMARY KEY CHECK (n <> 13), text varchar(20));"
        "CREATE TABLE everything (flag bool, small int2, middle int4, large int8, real float4,"
        " wide float8, text text, raw bytea, date date, stamp timestamp, instant timestamptz,"
        " time time, span interval, uuid uuid, json json, jsonb jsonb);"
        "CREATE TYPE mood AS ENUM ('sad', 'ok');"
        "CREATE TABLE with_text (middle int, price numeric(8,2), mood mood, words text[], whatever "
        "jsonb)");
  }
  void TearDown() override {
    db.run_script("DROP TABLE copied, everything, with_text; DROP TYPE mood");
  }
  [[nodiscard]] std::vector<Item> items(const Executor& from) const {
    return from.query<Item>("items");
  }
};

const std::vector<Item> kItems = {{1, "a\tb\\"}, {2, std::nullopt}, {3, ""}};

TEST_F(CopyTest, CopiesStructsByName) {
  EXPECT_EQ(db.copy_in("copied", kItems), 3);
  EXPECT_EQ(items(db), kItems);
  EXPECT_EQ(db.copy_in<Item>("public.copied", std::vector<Item>{{4, "x"}}), 1);
  EXPECT_EQ(items(db).back(), (Item{4, "x"}));
}

TEST_F(CopyTest, CopiesSomeMembersAndTuples) {
  EXPECT_EQ(db.copy_in("copied", {"n"}, kItems), 3);
  EXPECT_EQ(items(db).at(0), (Item{1, std::nullopt}));
  const std::vector<std::tuple<std::string, int>> swapped = {{"t", 7}};
  EXPECT_EQ(db.copy_in("copied", {"text", "n"}, swapped), 1);
  EXPECT_EQ(items(db).back(), (Item{7, "t"}));
  EXPECT_EQ(db.copy_in("copied", {"n"}, std::vector<std::int16_t>{8, 9}), 2);
  EXPECT_EQ(items(db).size(), 6U);
}

TEST_F(CopyTest, NothingIsSentForNoRows) {
  EXPECT_EQ(db.copy_in("no_such_table", std::vector<Item>()), 0);
}

TEST_F(CopyTest, BinaryRowsAreWhatParametersWouldHaveBeen) {
  using namespace std::chrono;
  const Everything row{.flag = true,
                       .small = -7,
                       .middle = 70'000,
                       .large = -5'000'000'000,
                       .real = 0.1F,
                       .wide = 0.1,
                       .text = "Åbo\n",
                       .raw = {std::byte{0}, std::byte{92}},
                       .date = Date(1999y / 12 / 31),
                       .stamp = Timestamp(microseconds(-1)),
                       .instant = TimestampTz(microseconds(1'700'000'000'123'456)),
                       .time = {hours(24)},
                       .span = {-1, 40, microseconds(-3)},
                       .uuid = Uuid::parse("01234567-89ab-cdef-0123-456789abcdef"),
                       .json = {"{\"a\" : 1}"},
                       .jsonb = {"{\"a\": 1}"}};
  EXPECT_EQ(db.copy_in("everything", std::vector<Everything>{row}), 1);
  EXPECT_EQ(db.query_one<Everything>("everything"), row);
  db.execute("insert", {{"flag", row.flag},
                        {"small", row.small},
                        {"middle", row.middle},
                        {"large", row.large},
                        {"real", row.real},
                        {"wide", row.wide},
                        {"text", row.text},
                        {"raw", row.raw},
                        {"date", row.date},
                        {"stamp", row.stamp},
                        {"instant", row.instant},
                        {"time", row.time},
                        {"span", row.span},
                        {"uuid", row.uuid},
                        {"json", row.json},
                        {"jsonb", row.jsonb}});
  EXPECT_EQ(db.query_one<std::int64_t>("same"), 1);
}

TEST_F(CopyTest, OneTypeWithoutABinaryFormMakesAllOfThemTexts) {
  const std::vector<WithText> rows = {
      {1, Decimal{"1.005"}, "ok", {"a\"b", std::nullopt, ""}, Value::list({1, "x"})},
      {2, std::nullopt, "sad", {}, Value()}};
  EXPECT_EQ(db.copy_in("with_text", rows), 2);
  EXPECT_EQ(db.query_one<std::string>("texts"),
            R"((1,1.01,ok,"{""a\\""b"",NULL,""""}","[1, ""x""]") (2,,sad,{},))");
}

TEST_F(CopyTest, ARefusalTellsRowAndColumn) {
  EXPECT_EQ(report_of([&] { db.copy_in("copied", std::vector<Item>{{1, "a"}, {13, "b"}}); }),
            "error[server 23514]: new row for relation \"copied\" violates check constraint "
            "\"copied_n_check\"\n"
            "  = detail: Failing row contains (13, b).\n"
            "            row 2");
  EXPECT_EQ(report_of([&] { db.copy_in("copied", std::vector<Item>{{1, "a"}, {1, "b"}}); }),
            "error[server 23505]: duplicate key value violates unique constraint \"copied_pkey\"\n"
            "  = detail: Key (n)=(1) already exists.\n"
            "            row 2");
  EXPECT_EQ(report_of([&] {
              db.copy_in("copied", std::vector<Item>{{1, "a"}, {2, std::string(21, 'x')}});
            }),
            "error[server 22001]: value too long for type character varying(20)\n"
            "  = detail: row 2, column text");
  EXPECT_EQ(report_of([&] { db.copy_in("copied", std::vector<Item>{{1, "a"}, {1LL << 40, "b"}}); }),
            "error[encode]: 1099511627776 is out of range for type integer\n"
            "  = detail: row 2, column n");
  EXPECT_EQ(report_of([&] { db.copy_in("copied", std::vector<Item>{{1, "\xFF"}}); }),
            "error[encode]: text that is not valid UTF-8 (at offset 0) cannot be a parameter\n"
            "  = detail: row 1, column text\n"
            "  = hint: convert it to UTF-8, or pass it as bytes for a bytea");
  const std::vector<std::tuple<std::string, std::string>> texts = {{"1", "a"}, {"seven", "b"}};
  EXPECT_EQ(report_of([&] { db.copy_in("copied", {"n", "text"}, texts); }),
            "error[server 22P02]: invalid input syntax for type integer: \"seven\"\n"
            "  = detail: row 2, column n");
  EXPECT_TRUE(items(db).empty());
}

TEST_F(CopyTest, ColumnsAndMembersHaveToGoTogether) {
  EXPECT_EQ(report_of([&] { db.copy_in("copied", {"txt"}, kItems); }),
            "error[mapping]: column 'txt' has no member in Item\n"
            "  = hint: did you mean 'text'?");
  EXPECT_EQ(
      report_of([&] { db.copy_in("copied", {"n"}, std::vector<std::pair<int, int>>{{1, 2}}); }),
      "error[mapping]: 1 columns are given for rows of 2 elements\n"
      "  = hint: only a struct's members have names: name one column for each element");
  EXPECT_EQ(report_of([&] { db.copy_in("copied", std::vector<std::pair<int, int>>{{1, 2}}); }),
            "error[mapping]: 0 columns are given for rows of 2 elements\n"
            "  = hint: only a struct's members have names: name one column for each element");
  EXPECT_EQ(report_of([&] { db.copy_in("with_text", kItems); }),
            "error[server 42703]: column \"n\" does not exist");
  EXPECT_EQ(report_of([&] { db.copy_in("a.b.c", kItems); }),
            "error[config]: the table name 'a.b.c' has two dots in it\n"
            "  = hint: give schema and table apart: TableName(schema, table)");
  EXPECT_EQ(report_of([&] { db.copy_in("Copied", kItems); }),
            "error[server 42P01]: relation \"Copied\" does not exist");
}

TEST_F(CopyTest, BelongsToItsTransaction) {
  {
    Transaction tx = db.begin();
    EXPECT_EQ(tx.copy_in("copied", kItems), 3);
    EXPECT_EQ(items(tx), kItems);
    EXPECT_TRUE(items(db).empty());
  }
  EXPECT_TRUE(items(db).empty());
  Transaction tx = db.begin();
  tx.copy_in("copied", kItems);
  Transaction inner = tx.nested();
  EXPECT_THROW(inner.copy_in("copied", kItems), Error);
  EXPECT_EQ(
      report_of([&] { inner.execute("delete"); }),
      "error[config]: this transaction has failed in COPY into \"copied\", and nothing of it "
      "will be kept\n"
      "  = hint: roll back and begin anew; what may fail can run in a transaction of its own, "
      "which nested() gives");
  inner.rollback();
  tx.commit();
  EXPECT_EQ(items(db), kItems);
}

TEST_F(CopyTest, ARowThatCannotBeEncodedFailsTheTransactionToo) {
  Transaction tx = db.begin();
  EXPECT_THROW(tx.copy_in("copied", std::vector<Item>{{1, "a"}, {1LL << 40, "b"}}), Error);
  EXPECT_THROW(tx.commit(), Error);
}

TEST_F(CopyTest, CopiesOut) {
  db.copy_in("copied", kItems);
  std::vector<Item> rows;
  const auto take = [&](Item&& row) { rows.push_back(std::move(row)); };
  EXPECT_EQ(db.copy_out<Item>("items", take), 3);
  EXPECT_EQ(rows, kItems);
  rows.clear();
  EXPECT_EQ(db.copy_out<Item>("constant", {{"n", 2}}, take), 1);
  EXPECT_EQ(rows, std::vector<Item>{kItems[1]});
  Transaction tx = db.begin();
  tx.execute("delete");
  EXPECT_EQ(tx.copy_out<Item>("columns", take), 0);
  std::string moods;
  EXPECT_EQ(db.copy_out<std::string>("moods", [&](std::string mood) { moods += mood + " "; }), 2);
  EXPECT_EQ(moods, "sad ok ");
}

TEST_F(CopyTest, CopyOutTakesNoParameters) {
  const auto drop = [](const Item&) {};
  EXPECT_EQ(
      report_of([&] { db.copy_out<Item>("one", {{"n", 1}, {"text", "x"}}, drop); }),
      "error[binding]: COPY takes no parameters, and this template has {{ n }}, {{ text | upper "
      "}}\n"
      " --> one:1:38\n"
      "  |\n"
      "1 | SELECT n, text FROM copied WHERE n = {{ n }} AND text = {{ text | upper }}\n"
      "  |                                      ^^^^^^^\n"
      "  = hint: write {{ n | literal }}, which becomes a constant of the text, or use query()");
}

TEST_F(CopyTest, CopyOutPointsAtTheTemplate) {
  db.copy_in("copied", kItems);
  const auto drop = [](const Item&) {};
  EXPECT_EQ(report_of([&] { db.copy_out<Item>("wrong", drop); }),
            "error[server 42703]: column \"nothing\" does not exist\n"
            " --> wrong:2:3\n"
            "  |\n"
            "2 |   nothing FROM copied\n"
            "  |   ^^^^^^^");
  EXPECT_EQ(report_of([&] { db.copy_out<Item>("late", drop); }),
            "error[server 22012]: division by zero\n"
            "  = while executing late:1:1");
  EXPECT_EQ(report_of([&] { db.copy_out<Item>("delete", drop); }),
            "error[config]: a statement that returns no rows cannot be copied out\n"
            "  = while executing delete:1:1\n"
            "  = hint: COPY takes SELECT, VALUES, and INSERT, UPDATE or DELETE with RETURNING");
  EXPECT_EQ(report_of([&] { db.copy_out<std::int16_t>("items", [](int) {}); }).substr(0, 15),
            "error[mapping]:");
}

TEST_F(CopyTest, WhatTakeThrowsPassesThrough) {
  db.copy_in("copied", kItems);
  Transaction tx = db.begin();
  const auto refuse = [](const Item&) { throw std::runtime_error("full"); };
  EXPECT_THROW(tx.copy_out<Item>("items", refuse), std::runtime_error);
  EXPECT_EQ(items(tx), kItems);
  EXPECT_EQ(report_of([&] {
              tx.copy_out<Item>("items", [&](const Item&) { static_cast<void>(items(tx)); });
            }).substr(0, 76),
            "error[config]: this connection is in the middle of another statement\n  = whi");
}

}  // namespace
}  // namespace pgjinja
