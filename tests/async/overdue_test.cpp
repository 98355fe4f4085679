// What comes later than its caller's deadline is not sent.

#include "async/fixture.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace pgjinja {
namespace {

using namespace std::chrono_literals;
using test::asio::awaitable;
using Clock = std::chrono::steady_clock;
namespace asio = boost::asio;

const test::Templates kTemplates = {
    {"add", "INSERT INTO async_overdue VALUES ({{ n }})"},
    {"all", "SELECT coalesce(string_agg(n::text, ' ' ORDER BY n), '') FROM async_overdue"},
    {"numbers", "SELECT generate_series(1, 9)"},
    {"pid", "SELECT pg_backend_pid()"}};

const std::string kNotSent =
    "error[timeout]: the call's deadline had passed before the statement was sent";

class AsyncOverdueTest : public test::AsyncTest {
 protected:
  AsyncClient db = client_with(kTemplates);
  std::int32_t pid = 0;

  void SetUp() override {
    admin().run_script("DROP TABLE IF EXISTS async_overdue; CREATE TABLE async_overdue (n int)");
    run([this]() -> awaitable<void> { pid = co_await db.query_one<std::int32_t>("pid"); });
  }
  void TearDown() override {
    std::string left;
    std::int32_t now = 0;
    run([&]() -> awaitable<void> {
      left = co_await db.query_one<std::string>("all");
      now = co_await db.query_one<std::int32_t>("pid");
    });
    EXPECT_EQ(left, "");
    EXPECT_EQ(now, pid) << "the connection was given up";
    admin().run_script("DROP TABLE async_overdue");
  }
  static Client admin() { return test::client_with({{"none", "SELECT 1"}}, 1); }

  [[nodiscard]] AsyncClient until(Clock::time_point deadline) const {
    return db.with({.deadline = deadline});
  }
  awaitable<void> pass(Clock::time_point deadline) {
    asio::steady_timer timer(io, deadline + 1ms);
    co_await timer.async_wait(asio::use_awaitable);
  }
};

TEST_F(AsyncOverdueTest, ACallIsNotSent) {
  const AsyncClient late = until(Clock::now());
  const std::string report =
      report_of([&]() -> awaitable<void> { co_await late.execute("add", args("n", 1)); });
  EXPECT_EQ(report, kNotSent + "\n  = while executing add:1:1");
}

TEST_F(AsyncOverdueTest, ABatchIsNotSent) {
  AsyncBatch batch = until(Clock::now()).batch();
  auto added = batch.execute("add", args("n", 1));
  const std::string report = report_of([&]() -> awaitable<void> { co_await batch.run(); });
  EXPECT_TRUE(report.starts_with(kNotSent)) << report;
}

TEST_F(AsyncOverdueTest, ATransactionSendsNothingMore) {
  const Clock::time_point deadline = Clock::now() + 500ms;
  std::string later;
  std::string commit;
  run([&]() -> awaitable<void> {
    AsyncTransaction tx = co_await until(deadline).begin();
    co_await tx.execute("add", args("n", 1));
    co_await pass(deadline);
    try {
      co_await tx.execute("add", args("n", 2));
    } catch (const Error& error) {
      later = error.what();
      EXPECT_TRUE(error.safe_to_retry());
    }
    try {
      co_await tx.commit();
    } catch (const Error& error) {
      commit = error.what();
      EXPECT_FALSE(error.in_doubt());
    }
  });
  EXPECT_EQ(later, kNotSent + "\n  = while executing add:1:1");
  EXPECT_TRUE(commit.starts_with(kNotSent)) << commit;
}

TEST_F(AsyncOverdueTest, WhatHasNotBegunHasNothingToCommit) {
  const Clock::time_point deadline = Clock::now() + 500ms;
  run([&]() -> awaitable<void> {
    AsyncTransaction tx = co_await until(deadline).begin();
    co_await pass(deadline);
    co_await tx.commit();
  });
}

TEST_F(AsyncOverdueTest, WhatIsNotRolledBackHasFailed) {
  const Clock::time_point deadline = Clock::now() + 500ms;
  std::string outer;
  run([&]() -> awaitable<void> {
    AsyncTransaction tx = co_await until(deadline).begin();
    AsyncTransaction inner = co_await tx.nested();
    co_await inner.execute("add", args("n", 1));
    co_await pass(deadline);
    co_await inner.rollback();
    try {
      co_await tx.commit();
    } catch (const Error& error) {
      outer = error.what();
    }
  });
  EXPECT_TRUE(outer.starts_with("error[config]: this transaction has failed in ROLLBACK TO "))
      << outer;
}

TEST_F(AsyncOverdueTest, AStreamAsksForNoMoreRows) {
  const Clock::time_point deadline = Clock::now() + 500ms;
  std::string report;
  run([&]() -> awaitable<void> {
    AsyncStream<std::int32_t> rows =
        until(deadline).stream<std::int32_t>("numbers", {}, {.fetch_size = 1});
    EXPECT_EQ(*co_await rows.next(), 1);
    co_await pass(deadline);
    try {
      co_await rows.next();
    } catch (const Error& error) {
      report = error.what();
    }
  });
  EXPECT_EQ(report, kNotSent + "\n  = while executing numbers:1:1");
}

}  // namespace
}  // namespace pgjinja
