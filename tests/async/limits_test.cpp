#include "async/fixture.hpp"

#include <chrono>
#include <csignal>
#include <cstdint>
#include <regex>
#include <string>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

namespace pgjinja {
namespace {

using namespace std::chrono_literals;
using test::asio::awaitable;
namespace asio = boost::asio;

const test::Templates kTemplates = {{"sleep", "SELECT pg_sleep({{ seconds }})::text"},
                                    {"hasty",
                                     "{#---\n@param seconds: float\n@timeout 20ms\n---#}\n"
                                     "SELECT pg_sleep({{ seconds }})::text"},
                                    {"pid", "SELECT pg_backend_pid()"}};

class AsyncLimitsTest : public test::AsyncTest {
 protected:
  AsyncClient db = client_with(kTemplates);

  awaitable<void> wait(std::chrono::milliseconds time) {
    asio::steady_timer timer(io, time);
    co_await timer.async_wait(asio::use_awaitable);
  }
  static std::string timeless(const std::string& report) {
    return std::regex_replace(report, std::regex("(after|within|for) [0-9]+ ms"), "$1 N ms");
  }
};

const Context kForever{{"seconds", 60}};

TEST_F(AsyncLimitsTest, TimeoutsCancelAtTheServer) {
  std::int32_t pid = 0;
  run([&]() -> awaitable<void> { pid = co_await db.query_one<std::int32_t>("pid"); });
  EXPECT_EQ(timeless(report_of([&]() -> awaitable<void> {
              co_await db.with({.timeout = 20ms}).execute("sleep", kForever);
            })),
            "error[timeout 57014]: the statement was cancelled after N ms, when the call's timeout "
            "had passed\n"
            "  = while executing sleep:1:1");
  EXPECT_NE(report_of([&]() -> awaitable<void> {
              co_await db.execute("hasty", kForever);
            }).find("when the template's @timeout had passed"),
            std::string::npos);
  EXPECT_NE(report_of([&]() -> awaitable<void> {
              co_await db.with({.deadline = std::chrono::steady_clock::now() + 20ms})
                  .execute("sleep", kForever);
            }).find("when the call's deadline had passed"),
            std::string::npos);
  run([&]() -> awaitable<void> { EXPECT_EQ(co_await db.query_one<std::int32_t>("pid"), pid); });
}

TEST_F(AsyncLimitsTest, ASlotCancelsWhatRuns) {
  std::int32_t pid = 0;
  run([&]() -> awaitable<void> { pid = co_await db.query_one<std::int32_t>("pid"); });
  const std::string report = report_of([&]() -> awaitable<void> {
    using namespace asio::experimental::awaitable_operators;
    const auto winner = co_await (db.execute("sleep", kForever) || wait(20ms));
    EXPECT_EQ(winner.index(), 1U);
  });
  EXPECT_EQ(report, "");
  asio::cancellation_signal signal;
  std::string failure;
  db.execute("sleep", kForever,
             asio::bind_cancellation_slot(signal.slot(),
                                          [&](const std::exception_ptr& thrown, std::int64_t) {
                                            try {
                                              std::rethrow_exception(thrown);
                                            } catch (const Error& error) {
                                              failure = error.what();
                                            }
                                          }));
  io.restart();
  io.run_for(50ms);
  signal.emit(asio::cancellation_type::terminal);
  io.run();
  EXPECT_EQ(timeless(failure),
            "error[cancelled 57014]: the statement was cancelled after N ms, as its caller asked\n"
            "  = while executing sleep:1:1");
  signal.emit(asio::cancellation_type::terminal);  // concerns nobody any more
  run([&]() -> awaitable<void> { EXPECT_EQ(co_await db.query_one<std::int32_t>("pid"), pid); });
}

TEST_F(AsyncLimitsTest, EachThatWaitsHasItsOwnLimit) {
  const AsyncClient one = client_with(kTemplates, 1, 60s);
  const auto begin = std::chrono::steady_clock::now();
  auto running = one.execute("sleep", args("seconds", 0.3), asio::use_future);
  auto patient = one.execute("pid", {}, asio::use_future);
  auto later = one.with({.deadline = begin + 100ms}).execute("pid", {}, asio::use_future);
  auto sooner = one.with({.deadline = begin + 50ms}).execute("pid", {}, asio::use_future);
  io.restart();
  io.run();
  EXPECT_EQ(running.get(), 1);
  EXPECT_EQ(patient.get(), 1);
  EXPECT_THROW(later.get(), Error);
  EXPECT_THROW(sooner.get(), Error);
  // The patience of those that are served does not keep the executor at work.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s);
}

TEST_F(AsyncLimitsTest, WaitingForAConnectionHasLimitsToo) {
  AsyncClient impatient = client_with(kTemplates, 1, 30ms);
  warm(impatient, "pid");
  auto running = impatient.execute("sleep", args("seconds", 0.2), asio::use_future);
  EXPECT_EQ(timeless(report_of([&]() -> awaitable<void> { co_await impatient.execute("pid"); })),
            "error[timeout]: no connection became free until the pool's acquire_timeout of 30 ms "
            "had passed: all 1 are lent\n"
            "  = while executing pid:1:1\n"
            "  = detail: lent longest: 'sleep' for N ms\n"
            "  = hint: give connections back sooner, or raise max_size");
  EXPECT_EQ(running.get(), 1);
  auto second = db.execute("sleep", args("seconds", 0.2), asio::use_future);
  EXPECT_NE(
      report_of([&]() -> awaitable<void> {
        co_await db.with({.deadline = std::chrono::steady_clock::now() + 20ms}).execute("pid");
      }).find("until the call's deadline had passed"),
      std::string::npos);
  auto third = db.execute("sleep", args("seconds", 0.2), asio::use_future);
  run([&]() -> awaitable<void> {
    using namespace asio::experimental::awaitable_operators;
    const auto winner = co_await (db.execute("pid", {}) || wait(20ms));
    EXPECT_EQ(winner.index(), 1U);
  });
  EXPECT_EQ(second.get(), 1);
  EXPECT_EQ(third.get(), 1);
}

TEST_F(AsyncLimitsTest, ABackendThatDoesNotAnswerIsGivenUp) {
  AsyncClient hasty(io, {.connection = test::server().settings(),
                         .pool = {.max_size = 1},
                         .loader = std::make_shared<jinja::MapLoader>(kTemplates)});
  std::int32_t pid = 0;
  run([&]() -> awaitable<void> { pid = co_await hasty.query_one<std::int32_t>("pid"); });
  ::kill(pid, SIGSTOP);
  const std::string report = report_of(
      [&]() -> awaitable<void> { co_await hasty.with({.timeout = 20ms}).execute("pid"); });
  ::kill(pid, SIGCONT);
  EXPECT_EQ(
      timeless(report),
      "error[timeout]: the connection was given up after N ms: the call's timeout had passed, "
      "and the server did not confirm within N ms that it has cancelled the statement\n"
      "  = while executing pid:1:1\n"
      "  = hint: the statement may have been executed or not: look before you repeat it");
  run([&]() -> awaitable<void> { EXPECT_NE(co_await hasty.query_one<std::int32_t>("pid"), pid); });
}

TEST_F(AsyncLimitsTest, CancellationsThatCrossTheEndLeaveNoConnectionDirty) {
  run([&]() -> awaitable<void> {
    for (int i = 0; i < 300; ++i) {
      const auto limit = std::chrono::microseconds(200 + (i * 7919) % 3000);
      try {
        co_await db.with({.deadline = std::chrono::steady_clock::now() + limit})
            .execute("sleep", args("seconds", 0.0015));
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Timeout) << error.what();
      }
      EXPECT_GT(co_await db.query_one<std::int32_t>("pid"), 0);
    }
  });
}

}  // namespace
}  // namespace pgjinja
