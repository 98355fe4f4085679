// Streams on a real server: portions, ends, and the connection behind them.

#include "pg/server_fixture.hpp"

#include <pgjinja/pg/connection.hpp>

#include <chrono>
#include <string>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

namespace pgjinja::pg {
namespace {

using namespace std::chrono_literals;

class RowStreamTest : public ServerFixture {
 protected:
  Connection connection{patient()};
  CollectingSink sink;

  std::string mine() { return first_text(connection, "SELECT 'mine'"); }
};

constexpr std::string_view kNumbers = "SELECT g::text FROM generate_series(1, 1000) g";

TEST_F(RowStreamTest, GivesAllRowsInOrder) {
  for (const std::uint32_t size : {0U, 1U, 7U, 999U, 1000U, 1001U, 1U << 30U}) {
    sink.rows.clear();
    {
      RowStream stream = connection.stream(kNumbers, {}, sink, size);
      while (stream.next()) EXPECT_FALSE(sink.rows.empty());
      EXPECT_EQ(stream.outcome().rows, 1000);
      EXPECT_EQ(stream.outcome().tag, "SELECT 1000");
    }
    ASSERT_EQ(sink.rows.size(), 1000U) << size;
    for (std::size_t i = 0; i < 1000; ++i) ASSERT_EQ(sink.rows[i][0], std::to_string(i + 1));
    EXPECT_TRUE(connection.quiet());
  }
  EXPECT_EQ(connection.prepared_statements(), 1U);
}

TEST_F(RowStreamTest, BelongsToTheConnectionUntilItHasEnded) {
  RowStream stream = connection.stream(kNumbers, {}, sink, 10);
  EXPECT_EQ(error_of([&] { mine(); }).message(),
            "this connection is in the middle of another statement");
  while (stream.next()) {
  }
  EXPECT_EQ(mine(), "mine");
  EXPECT_EQ(error_of([&] { stream.next(); }).message(), "this stream has ended");
}

TEST_F(RowStreamTest, AForkedChildLeavesItToItsParent) {
  RowStream stream = connection.stream(kNumbers, {}, sink, 300);
  ASSERT_TRUE(stream.next());
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string said = error_of([&] { stream.next(); }).message();
    stream.close();
    ::_exit(said == "this connection was opened before fork(), by the parent" ? 7 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7) << status;
  while (stream.next()) {
  }
  EXPECT_EQ(sink.rows.size(), 1000U);
  EXPECT_EQ(mine(), "mine");
}

TEST_F(RowStreamTest, AForkedChildThatClosesItCancelsNothing) {
  RowStream stream =
      connection.stream("SELECT repeat('x', 100) FROM generate_series(1, 50000)", {}, sink, 100);
  ASSERT_TRUE(stream.next());
  const pid_t child = ::fork();
  if (child == 0) {
    stream.close();
    ::_exit(7);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7) << status;
  while (stream.next()) {
  }
  EXPECT_EQ(sink.rows.size(), 50000U);
}

TEST_F(RowStreamTest, EndedEarlyItLeavesACleanConnection) {
  const std::uint32_t pid = connection.backend_pid();
  for (const std::uint32_t size : {0U, 1U, 10U, 5000U}) {
    for (const int portions : {0, 1, 3}) {
      RowStream stream = connection.stream("SELECT repeat('x', 100) FROM generate_series(1, 50000)",
                                           {}, sink, size);
      for (int i = 0; i < portions; ++i) ASSERT_TRUE(stream.next());
      stream.close();
      ASSERT_TRUE(connection.usable()) << size << ' ' << portions;
      ASSERT_EQ(mine(), "mine");
    }
  }
  EXPECT_EQ(connection.backend_pid(), pid);
}

TEST_F(RowStreamTest, InATransactionThePortalIsClosed) {
  connection.run_script("BEGIN");
  {
    RowStream stream = connection.stream(kNumbers, {}, sink, 3);
    EXPECT_TRUE(stream.next());
  }
  EXPECT_EQ(first_text(connection, "SELECT count(*)::text FROM pg_cursors WHERE name = ''"), "1");
  EXPECT_TRUE(connection.in_transaction());
  EXPECT_FALSE(connection.transaction_failed());
  connection.run_script("COMMIT");
}

TEST_F(RowStreamTest, AnErrorMidwayIsThrown) {
  const std::string_view breaks = "SELECT 1 / (500 - g) FROM generate_series(1, 1000) g";
  for (const std::uint32_t size : {0U, 10U, 2000U}) {
    sink.rows.clear();
    RowStream stream = connection.stream(breaks, {}, sink, size);
    const Error error = error_of([&] {
      while (stream.next()) {
      }
    });
    EXPECT_EQ(error.sqlstate(), "22012");
    EXPECT_LT(sink.rows.size(), 500U);
    EXPECT_EQ(mine(), "mine");
  }
}

TEST_F(RowStreamTest, ABackendThatDiesMidwayIsAnError) {
  RowStream stream = connection.stream("SELECT g FROM generate_series(1, 1000000) g", {}, sink, 10);
  ASSERT_TRUE(stream.next());
  Connection other(settings());
  first_text(other, "SELECT pg_terminate_backend($1::int)::text",
             {std::int64_t{connection.backend_pid()}});
  const Error error = error_of([&] {
    while (stream.next()) {
    }
  });
  EXPECT_EQ(error.kind(), ErrorKind::Connection);
  EXPECT_FALSE(connection.usable());
}

TEST_F(RowStreamTest, ALimitHoldsForEachWait) {
  RowStream stream = connection.stream(
      "SELECT CASE WHEN g > 20 THEN pg_sleep(60)::text END FROM generate_series(1, 30) g", {}, sink,
      10);
  const auto soon = [] { return CallLimits{.deadline = std::chrono::steady_clock::now() + 1s}; };
  EXPECT_TRUE(stream.next(soon()));
  EXPECT_TRUE(stream.next(soon()));
  EXPECT_EQ(
      error_of([&] { stream.next({.deadline = std::chrono::steady_clock::now() + 20ms}); }).kind(),
      ErrorKind::Timeout);
  EXPECT_EQ(sink.rows.size(), 20U);
  EXPECT_EQ(mine(), "mine");
}

TEST_F(RowStreamTest, WhatTheSinkThrowsEndsIt) {
  class Throwing final : public RowSink {
   public:
    void columns(const std::vector<Column>&) override {}
    void row(std::span<const Field>) override { throw std::runtime_error("enough"); }
  } throwing;
  RowStream stream = connection.stream(kNumbers, {}, throwing, 10);
  EXPECT_THROW(stream.next(), std::runtime_error);
  EXPECT_EQ(mine(), "mine");
}

TEST_F(RowStreamTest, AValueThatCannotBeSentEndsIt) {
  const std::vector<Value> bad{std::string("\xFF", 1)};
  RowStream stream = connection.stream("SELECT $1::text", bad, sink, 10);
  EXPECT_EQ(error_of([&] { stream.next(); }).kind(), ErrorKind::Encode);
  EXPECT_EQ(mine(), "mine");
}

TEST_F(RowStreamTest, StatementsWithoutRowsAreDoneAtOnce) {
  connection.run_script("CREATE TEMP TABLE streamed (n int)");
  RowStream insert = connection.stream("INSERT INTO streamed VALUES (1), (2)", {}, sink, 1);
  EXPECT_FALSE(insert.next());
  EXPECT_EQ(insert.outcome().rows, 2);
  RowStream returning = connection.stream(
      "INSERT INTO streamed SELECT generate_series(1, 5) RETURNING n", {}, sink, 2);
  EXPECT_TRUE(returning.next());
  returning.close();
  // It had been executed as a whole before its first row.
  EXPECT_EQ(first_text(connection, "SELECT count(*)::text FROM streamed"), "7");
}

}  // namespace
}  // namespace pgjinja::pg
