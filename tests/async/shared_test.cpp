#include "async/fixture.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

namespace pgjinja {
namespace {

using namespace std::chrono_literals;
using test::asio::awaitable;
namespace asio = boost::asio;

const test::Templates kTemplates = {{"number", "SELECT {{ n }}::bigint"},
                                    {"broken", "SELECT 1 / {{ n }}::bigint"},
                                    {"sleep", "SELECT pg_sleep({{ seconds }})::text"},
                                    {"begin", "BEGIN"},
                                    {"table", "SELECT n FROM shared_stale"},
                                    {"pid", "SELECT pg_backend_pid()"}};

class AsyncSharedTest : public test::AsyncTest {
 protected:
  AsyncClient db = client_with(kTemplates);
  AsyncClient shared = db.with({.shared = true});

  std::string failure_of(auto& future) {
    try {
      static_cast<void>(future.get());
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }
  /// So that what is called then waits, and shares the next packet.
  void occupy() {
    db.execute("sleep", args("seconds", 0.02), [](const std::exception_ptr&, std::int64_t) {});
  }
};

TEST_F(AsyncSharedTest, EachCallerGetsItsOwnAnswer) {
  for (int use = 0; use < 2; ++use) {
    std::vector<std::future<std::int64_t>> answers;
    for (std::int64_t i = 0; i < 500; ++i) {
      answers.push_back(shared.query_one<std::int64_t>("number", args("n", i), asio::use_future));
    }
    io.restart();
    io.run();
    for (std::int64_t i = 0; i < 500; ++i) EXPECT_EQ(answers[static_cast<std::size_t>(i)].get(), i);
  }
}

TEST_F(AsyncSharedTest, OneThatFailsFailsAlone) {
  occupy();
  auto before = shared.query_one<std::int64_t>("number", args("n", 1), asio::use_future);
  auto broken = shared.query_one<std::int64_t>("broken", args("n", 0), asio::use_future);
  auto bad =
      shared.query_one<std::int64_t>("number", args("n", std::string("\xFF", 1)), asio::use_future);
  auto behind = shared.query_one<std::int64_t>("number", args("n", 2), asio::use_future);
  io.run();
  EXPECT_EQ(before.get(), 1);
  EXPECT_TRUE(failure_of(broken).starts_with("error[server 22012]: division by zero"));
  EXPECT_TRUE(failure_of(bad).starts_with("error[encode]"));
  EXPECT_EQ(behind.get(), 2);
}

TEST_F(AsyncSharedTest, ATimeoutEndsOneForItsCallerAlone) {
  occupy();
  auto slow = shared.execute("sleep", args("seconds", 0.2), asio::use_future);
  auto hasty = shared.with({.timeout = 30ms, .shared = true})
                   .execute("number", args("n", 1), asio::use_future);
  io.run();
  EXPECT_EQ(slow.get(), 1);
  EXPECT_EQ(failure_of(hasty),
            "error[timeout]: the call's timeout had passed; the statement shares its packet with "
            "others, and was not cancelled\n"
            "  = while executing number:1:1\n"
            "  = hint: the statement may have been executed or not: look before you repeat it");
}

TEST_F(AsyncSharedTest, ACancellationEndsOneForItsCallerAlone) {
  occupy();
  auto slow = shared.execute("sleep", args("seconds", 0.1), asio::use_future);
  run([&]() -> awaitable<void> {
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer timer(io, 50ms);
    const auto winner =
        co_await (shared.execute("number", args("n", 1)) || timer.async_wait(asio::use_awaitable));
    EXPECT_EQ(winner.index(), 1U);
  });
  EXPECT_EQ(slow.get(), 1);
}

TEST_F(AsyncSharedTest, WhenAllHaveHadEnoughTheServerIsStopped) {
  std::int32_t pid = 0;
  run([&]() -> awaitable<void> { pid = co_await db.query_one<std::int32_t>("pid"); });
  occupy();
  const AsyncClient limited = db.with({.timeout = 30ms, .shared = true});
  auto first = limited.execute("sleep", args("seconds", 600), asio::use_future);
  auto second = limited.execute("sleep", args("seconds", 600), asio::use_future);
  io.restart();
  io.run();
  EXPECT_NE(failure_of(first).find("error[timeout"), std::string::npos);
  EXPECT_NE(failure_of(second).find("error[timeout"), std::string::npos);
  run([&]() -> awaitable<void> { EXPECT_EQ(co_await db.query_one<std::int32_t>("pid"), pid); });
}

TEST_F(AsyncSharedTest, AStaleStatementIsExecutedAnew) {
  const Client admin = test::client_with({{"none", "SELECT 1"}}, 1);
  admin.run_script(
      "DROP TABLE IF EXISTS shared_stale; CREATE TABLE shared_stale (n int);"
      "INSERT INTO shared_stale VALUES (7)");
  run([&]() -> awaitable<void> { EXPECT_EQ((co_await shared.query("table")).size(), 1U); });
  admin.run_script("ALTER TABLE shared_stale ALTER n TYPE text");
  occupy();
  auto other = shared.query_one<std::int64_t>("number", args("n", 1), asio::use_future);
  auto stale = shared.query_one<std::string>("table", {}, asio::use_future);
  io.restart();
  io.run();
  EXPECT_EQ(other.get(), 1);
  EXPECT_EQ(stale.get(), "7");
  admin.run_script("DROP TABLE shared_stale");
}

TEST_F(AsyncSharedTest, WhatLeavesATransactionOpenTakesTheRestWithIt) {
  occupy();
  auto before = shared.execute("number", args("n", 1), asio::use_future);
  auto begin = shared.execute("begin", {}, asio::use_future);
  auto behind = shared.execute("number", args("n", 2), asio::use_future);
  io.run();
  EXPECT_EQ(before.get(), 1);
  for (auto* future : {&begin, &behind}) {
    EXPECT_TRUE(failure_of(*future).starts_with(
        "error[config]: a statement of the packet leaves a transaction open"));
  }
  run([&]() -> awaitable<void> {
    EXPECT_EQ(co_await db.query_one<std::int64_t>("number", args("n", 3)), 3);
  });
}

}  // namespace
}  // namespace pgjinja
