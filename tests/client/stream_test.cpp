#include "client/columns.hpp"
#include "client/server.hpp"

#include <pgjinja/pgjinja.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using test::client_with;
using test::report_of;

struct Row {
  std::int64_t n;
  std::optional<std::string> word;
};

class StreamTest : public testing::Test {
 protected:
  Client db = client_with(
      {{"rows",
        "SELECT g AS n, CASE WHEN g % 3 <> 0 THEN repeat('x', g::int % 7) END AS word\n"
        "FROM generate_series(1, {{ count }}::bigint) g"},
       {"bools", "SELECT g % 2 = 0 FROM generate_series(1, 5) g"},
       {"breaks", "SELECT 10 / (5 - g) AS n, 'w' AS word\nFROM generate_series(1::bigint, 9) g"},
       {"begin", "BEGIN"},
       {"end", "COMMIT"},
       {"one", "SELECT 1::bigint"}},
      1);

  void expect_free() { EXPECT_EQ(db.query_one<std::int64_t>("one"), 1); }
};

TEST_F(StreamTest, GivesEachRowOnceInOrder) {
  for (const std::int64_t count : {0, 1, 999, 1000, 1001, 20'000}) {
    for (const std::uint32_t size : {0U, 1U, 1000U}) {
      if (size == 1 && count > 2000) continue;
      std::int64_t n = 0;
      for (const Row& row : db.stream<Row>("rows", {{"count", count}}, {.fetch_size = size})) {
        ASSERT_EQ(row.n, ++n);
        ASSERT_EQ(row.word.has_value(), n % 3 != 0);
        ASSERT_EQ(row.word.value_or("").size(), n % 3 == 0 ? 0U : static_cast<std::size_t>(n % 7));
      }
      EXPECT_EQ(n, count);
      expect_free();
    }
  }
}

TEST_F(StreamTest, TakesAnyRowType) {
  std::vector<bool> values;
  for (const bool value : db.stream<bool>("bools")) values.push_back(value);
  EXPECT_EQ(values, (std::vector<bool>{false, true, false, true, false}));
}

TEST_F(StreamTest, LeftInTheMidstItGivesItsConnectionBack) {
  const Client patient = db.with({.timeout = std::chrono::seconds(10)});
  for (const std::uint32_t size : {0U, 10U}) {
    for (const Row& row : patient.stream<Row>("rows", {{"count", 1'000'000}}, {.fetch_size = size})) {
      if (row.n == 25) break;
    }
    expect_free();
  }
}

TEST_F(StreamTest, RowsMayBeMovedFromAndStreamsMoved) {
  Stream<Row> first = db.stream<Row>("rows", {{"count", 4}}, {.fetch_size = 2});
  Stream<Row> stream = std::move(first);
  std::vector<Row> rows;
  for (Row& row : stream) rows.push_back(std::move(row));
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].word, "x");
  EXPECT_EQ(rows[2].word, std::nullopt);
  EXPECT_EQ(rows[3].word, "xxxx");
}

TEST_F(StreamTest, GoesOnWhereItStands) {
  Stream<Row> stream = db.stream<Row>("rows", {{"count", 5}});
  for (const Row& row : stream) {
    if (row.n == 2) break;
  }
  std::vector<std::int64_t> rest;
  for (const Row& row : stream) rest.push_back(row.n);
  EXPECT_EQ(rest, (std::vector<std::int64_t>{2, 3, 4, 5}));
  EXPECT_TRUE(stream.begin() == stream.end());
}

TEST_F(StreamTest, AnErrorMidwayIsThrownWithItsPlace) {
  const std::string report = report_of([&] {
    for (const Row& row : db.stream<Row>("breaks", {}, {.fetch_size = 2})) ASSERT_LT(row.n, 11);
  });
  EXPECT_EQ(report,
            "error[server 22012]: division by zero\n"
            "  = while executing breaks:1:1");
  expect_free();
}

TEST_F(StreamTest, RefusesColumnsThatDoNotFit) {
  const std::string report = report_of([&] {
    for (const std::string& text : db.stream<std::string>("one")) ASSERT_EQ(text, "");
  });
  EXPECT_TRUE(report.starts_with("error[mapping]: column \"int8\" is bigint")) << report;
  expect_free();
}

TEST_F(StreamTest, RefusesWhatLeavesATransactionOpen) {
  const std::string report = report_of([&] {
    for (const Row& row : db.stream<Row>("begin")) ASSERT_EQ(row.n, 0);
  });
  EXPECT_TRUE(report.starts_with("error[config]: the statement leaves a transaction open")) << report;
  expect_free();
}

TEST_F(StreamTest, InATransactionItIsPartOfIt) {
  Transaction tx = db.begin();
  tx.run_script("CREATE TEMP TABLE seen (n int) ON COMMIT DROP");
  Stream<Row> stream = tx.stream<Row>("rows", {{"count", 5}}, {.fetch_size = 2});
  for (const Row& row : stream) {
    EXPECT_EQ(report_of([&] { tx.execute("one"); }),
              "error[config]: this connection is in the middle of another statement\n"
              "  = while executing one:1:1\n"
              "  = hint: use a second connection inside a row callback, or collect the rows first");
    if (row.n == 3) break;
  }
  EXPECT_NE(report_of([&] {
              for (const Row& row : tx.stream<Row>("rows", {{"count", 5}}, {.fetch_size = 0}))
                ASSERT_EQ(row.n, 0);
            }),
            "");
  { const Stream<Row> gone = std::move(stream); }
  EXPECT_EQ(tx.query_one<std::int64_t>("one"), 1);
  tx.commit();
}

TEST_F(StreamTest, AsTheFirstStatementItBeginsTheTransaction) {
  Transaction tx = db.begin({.access = Access::ReadOnly});
  std::int64_t sum = 0;
  for (const Row& row : tx.stream<Row>("rows", {{"count", 4}})) sum += row.n;
  EXPECT_EQ(sum, 10);
  EXPECT_NE(report_of([&] {
              for (const Row& row : tx.stream<Row>("end")) ASSERT_EQ(row.n, 0);
            }).find("the statement ended the transaction"),
            std::string::npos);
}

TEST_F(StreamTest, ItsErrorFailsTheTransaction) {
  Transaction tx = db.begin();
  EXPECT_NE(report_of([&] {
              for (const Row& row : tx.stream<Row>("breaks")) ASSERT_LT(row.n, 11);
            }),
            "");
  EXPECT_TRUE(report_of([&] { tx.commit(); })
                  .starts_with("error[config]: this transaction has failed in template \"breaks\""));
}

TEST_F(StreamTest, EndsWithItsTransaction) {
  Transaction tx = db.begin();
  Stream<Row> stream = tx.stream<Row>("rows", {{"count", 5}}, {.fetch_size = 1});
  auto row = stream.begin();
  EXPECT_EQ(row->n, 1);
  tx.rollback();
  EXPECT_EQ(report_of([&] { ++row; }),
            "error[config]: this transaction has ended\n"
            "  = while executing rows:1:1");
  expect_free();
}

}  // namespace
}  // namespace pgjinja
