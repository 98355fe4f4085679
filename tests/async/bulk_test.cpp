#include "async/fixture.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>

namespace pgjinja {
namespace {

using boost::asio::awaitable;
using namespace boost::asio::experimental::awaitable_operators;

struct Item {
  std::int32_t n;
  std::string text;
};

const test::Templates kTemplates = {
    {"add", "INSERT INTO async_bulk (n, text) VALUES ({{ n }}, {{ text }})"},
    {"slowly",
     "INSERT INTO async_bulk (n, text)"
     " SELECT {{ n }}, {{ text }} FROM pg_sleep(0.01)"},
    {"count", "SELECT count(*) FROM async_bulk"},
    {"all", "SELECT n, text FROM async_bulk ORDER BY n"},
    {"some", "SELECT n, text FROM async_bulk WHERE n < {{ most }} ORDER BY n"},
    {"endless", "SELECT i::int4 AS n, i::text AS text FROM generate_series(1, 100000000) i"},
    {"wrong", "INSERT INTO async_bulk (n, text)\nVALUES ({{ n }}, {{ text }}, nothing)"},
    {"label", "SELECT current_setting('application_name')"},
    {"pid", "SELECT pg_backend_pid()"},
    {"adding",
     "SELECT count(*) FROM pg_stat_activity"
     " WHERE query LIKE 'INSERT INTO async_bulk%pg_sleep%' AND state <> 'idle'"}};

std::vector<Item> items(int count) {
  std::vector<Item> all;
  for (int n = 1; n <= count; ++n) all.push_back({n, "text " + std::to_string(n)});
  return all;
}

class AsyncBulkTest : public test::AsyncTest {
 protected:
  AsyncClient db = client_with(kTemplates);

  void SetUp() override {
    test::client_with({}, 1).run_script(
        "DROP TABLE IF EXISTS async_bulk; CREATE TABLE async_bulk (n int PRIMARY KEY, text text)");
  }

  std::int64_t count() { return test::client_with(kTemplates, 1).query_one<std::int64_t>("count"); }
};

TEST_F(AsyncBulkTest, EachIsATransactionOfItsOwn) {
  run([&]() -> awaitable<void> {
    EXPECT_EQ(co_await db.execute_many("add", items(500)), 500);
    EXPECT_EQ(co_await db.execute_many("add", std::vector<Item>()), 0);
    std::vector<Item> more = items(700);
    more.erase(more.begin(), more.begin() + 500);
    EXPECT_EQ(co_await db.copy_in("async_bulk", more), 200);
    const std::vector<std::string> columns{"text", "n"};
    const std::vector<std::tuple<std::string, std::int32_t>> last{{"last", 701}};
    EXPECT_EQ(co_await db.copy_in("async_bulk", columns, last), 1);
    std::int64_t sum = 0;
    EXPECT_EQ(co_await db.copy_out<Item>("all", {}, [&](Item&& item) { sum += item.n; }), 701);
    EXPECT_EQ(sum, 701 * 702 / 2);
  });
  EXPECT_EQ(count(), 701);
}

TEST_F(AsyncBulkTest, ReportsAreThoseOfAClient) {
  const Client blocking = test::client_with(kTemplates, 1);
  std::vector<Item> twice = items(300);
  twice[200].n = 5;
  const auto same = [&](auto call_async, auto call) {
    const std::string report = report_of(call_async);
    EXPECT_EQ(report, blocking_report(call));
    EXPECT_FALSE(report.empty());
  };
  same([&]() -> awaitable<void> { co_await db.execute_many("add", twice); },
       [&] { blocking.execute_many("add", twice); });
  same([&]() -> awaitable<void> { co_await db.execute_many("wrong", twice); },
       [&] { blocking.execute_many("wrong", twice); });
  same([&]() -> awaitable<void> { co_await db.copy_in("async_bulk", twice); },
       [&] { blocking.copy_in("async_bulk", twice); });
  same([&]() -> awaitable<void> { co_await db.copy_in("no_table", twice); },
       [&] { blocking.copy_in("no_table", twice); });
  same(
      [&]() -> awaitable<void> {
        co_await db.copy_out<Item>("some", args("most", 3), [](Item&&) {});
      },
      [&] { blocking.copy_out<Item>("some", {{"most", 3}}, [](Item&&) {}); });
  EXPECT_EQ(count(), 0);
}

TEST_F(AsyncBulkTest, WhatTheFunctionThrowsIsThrown) {
  run([&]() -> awaitable<void> {
    co_await db.execute_many("add", items(3));
    bool thrown = false;
    try {
      co_await db.copy_out<Item>("all", {}, [](Item&&) { throw std::domain_error("enough"); });
    } catch (const std::domain_error&) {
      thrown = true;
    }
    EXPECT_TRUE(thrown);
    EXPECT_EQ(co_await db.query_one<std::int64_t>("count"), 3);
  });
}

TEST_F(AsyncBulkTest, BelongsToItsTransaction) {
  run([&]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    EXPECT_EQ(co_await tx.execute_many("add", items(200)), 200);
    const std::vector<Item> one{{1000, "copied"}};
    EXPECT_EQ(co_await tx.copy_in("async_bulk", one), 1);
    EXPECT_EQ(co_await tx.query_one<std::int64_t>("count"), 201);
    EXPECT_EQ(count(), 0);
    co_await tx.commit();
  });
  EXPECT_EQ(count(), 201);
}

TEST_F(AsyncBulkTest, WhatIsBegunMeanwhileInATransactionIsExecutedBehind) {
  run([&]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    auto adding = tx.execute_many("slowly", items(30), boost::asio::use_future);
    EXPECT_EQ(co_await tx.query_one<std::int64_t>("count"), 30);
    EXPECT_EQ(adding.get(), 30);
    co_await tx.rollback();
  });
  EXPECT_EQ(count(), 0);
}

TEST_F(AsyncBulkTest, AFailureSpoilsItsTransaction) {
  const std::string report = report_of([&]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    std::vector<Item> twice = items(3);
    twice[2].n = 1;
    try {
      co_await tx.execute_many("add", twice);
    } catch (const Error& error) {
      EXPECT_EQ(error.sqlstate(), "23505");
    }
    co_await tx.execute("count");
  });
  EXPECT_TRUE(report.starts_with("error[config]: this transaction has failed in template \"add\","))
      << report;
}

TEST_F(AsyncBulkTest, ACancelledOneIsTakenBackAndTheConnectionKept) {
  run([&]() -> awaitable<void> {
    const auto pid = co_await db.query_one<std::int32_t>("pid");
    boost::asio::steady_timer timer(io, std::chrono::milliseconds(100));
    const auto winner = co_await (db.execute_many("slowly", items(50000)) ||
                                  timer.async_wait(boost::asio::use_awaitable));
    EXPECT_EQ(winner.index(), 1U);
    EXPECT_EQ(co_await db.query_one<std::int32_t>("pid"), pid);
  });
  EXPECT_EQ(count(), 0);
}

TEST_F(AsyncBulkTest, LimitsHold) {
  run([&]() -> awaitable<void> {
    const AsyncClient hasty = db.with({.timeout = std::chrono::milliseconds(100)});
    ErrorKind kind = ErrorKind::Config;
    try {
      co_await hasty.copy_out<Item>("endless", {}, [](Item&&) {});
    } catch (const Error& error) {
      kind = error.kind();
    }
    EXPECT_EQ(kind, ErrorKind::Timeout);
  });
}

TEST_F(AsyncBulkTest, SettingsHoldForIt) {
  run([&]() -> awaitable<void> {
    const AsyncClient labelled = db.with({.settings = {{"application_name", "bulk"}}});
    std::string label;
    co_await labelled.copy_out<std::string>("label", {}, [&](std::string&& it) { label = it; });
    EXPECT_EQ(label, "bulk");
    EXPECT_NE(co_await db.query_one<std::string>("label"), "bulk");
  });
}

TEST_F(AsyncBulkTest, OneThatWaitsForAConnectionCanBeCancelled) {
  run([&]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    boost::asio::steady_timer timer(io, std::chrono::milliseconds(20));
    const auto winner =
        co_await (db.execute_many("add", items(1)) || timer.async_wait(boost::asio::use_awaitable));
    EXPECT_EQ(winner.index(), 1U);
    co_await tx.execute("count");
  });
  EXPECT_EQ(count(), 0);
}

TEST_F(AsyncBulkTest, MayRunWhenTheClientAndTheLoopEnd) {
  auto loop = std::make_unique<test::asio::io_context>();
  std::future<std::int64_t> future;
  {
    const AsyncClient dropped(*loop, {.connection = test::patient_settings(),
                                      .loader = std::make_shared<jinja::MapLoader>(kTemplates)});
    future = dropped.execute_many("slowly", items(50000), boost::asio::use_future);
    loop->run_for(std::chrono::milliseconds(300));
  }
  loop.reset();
  ASSERT_EQ(future.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  EXPECT_THROW(future.get(), std::future_error);
  // Its thread is told to stop, and does.
  const Client observer = test::client_with(kTemplates, 1);
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (observer.query_one<std::int64_t>("adding") > 0) {
    ASSERT_LT(std::chrono::steady_clock::now(), patience);
  }
  EXPECT_EQ(count(), 0);
}

}  // namespace
}  // namespace pgjinja
