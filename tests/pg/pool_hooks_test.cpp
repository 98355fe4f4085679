#include "pg/pool_helpers.hpp"
#include "pg/server_fixture.hpp"

#include <pgjinja/pg/pool.hpp>

#include <atomic>
#include <optional>
#include <stdexcept>
#include <thread>

namespace pgjinja::pg {
namespace {

using namespace std::chrono_literals;
using Kind = PoolEvent::Kind;

class PoolHooksTest : public ServerFixture {};

TEST_F(PoolHooksTest, OnConnectPreparesEachSession) {
  std::atomic<int> calls = 0;
  const auto prepare = [&calls](Connection& connection) {
    ++calls;
    connection.run_script("SET app.tenant = 'prepared'");
  };
  Pool pool(settings(), {.max_size = 1, .hooks = {.on_connect = prepare}});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(first_text(*pool.acquire(), "SELECT current_setting('app.tenant')"), "prepared");
  }
  EXPECT_EQ(calls, 1);
}

TEST_F(PoolHooksTest, WhatOnConnectThrowsIsTheFailureOfTheOpening) {
  for (const bool foreign : {true, false}) {
    const auto refuse = [foreign](Connection&) {
      if (foreign) throw std::runtime_error("not like this");
      throw Error(ErrorKind::Security, "not like this");
    };
    Pool pool(settings(), {.hooks = {.on_connect = refuse}});
    const Error error = error_of([&] { pool.acquire(); });
    EXPECT_EQ(error.message(), "not like this");
    EXPECT_EQ(error.kind(), foreign ? ErrorKind::Connection : ErrorKind::Security);
    EXPECT_EQ(pool.statistics().open, 0U);
  }
}

TEST_F(PoolHooksTest, TheFactoryOpensInThePoolsPlace) {
  std::atomic<int> calls = 0;
  const auto open = [&calls](const Settings& given, const CallLimits& limits) {
    ++calls;
    EXPECT_TRUE(limits.stop.stop_possible());
    EXPECT_LT(limits.deadline, std::chrono::steady_clock::now() + 11s);
    Settings fresh = given;
    fresh.keywords["dbname"] = "app";  // as a password that is fetched anew would be
    return Connection(fresh, limits);
  };
  Settings stale = settings();
  stale.keywords["dbname"] = "nowhere";
  Pool pool(stale, {.hooks = {.open = open}});
  EXPECT_EQ(first_text(*pool.acquire(), "SELECT current_database()"), "app");
  EXPECT_EQ(calls, 1);
}

TEST_F(PoolHooksTest, BeforeAcquireMayWantAnother) {
  std::optional<std::uint32_t> unwanted;
  const auto wants = [&unwanted](const PooledSession& session) {
    EXPECT_EQ(session.label, "mine");
    EXPECT_EQ(session.borrowings, unwanted && session.backend_pid == *unwanted ? 2U : 1U);
    return !unwanted || session.backend_pid != *unwanted;
  };
  Pool pool(settings(), {.max_size = 1, .hooks = {.before_acquire = wants}});
  unwanted = pool.acquire({}, "mine")->backend_pid();
  EXPECT_NE(pool.acquire({}, "mine")->backend_pid(), unwanted);
  EXPECT_EQ(pool.statistics().closed.at("unwanted"), 1U);
}

TEST_F(PoolHooksTest, WhatBeforeAcquireThrowsReachesTheCaller) {
  const auto never = [](const PooledSession&) -> bool { throw std::runtime_error("never"); };
  Pool pool(settings(), {.max_size = 1, .hooks = {.before_acquire = never}});
  EXPECT_THROW(pool.acquire(), std::runtime_error);
  EXPECT_EQ(pool.statistics().lent, 0U);
}

TEST_F(PoolHooksTest, AfterReleaseMayCloseIt) {
  const auto keeps = [](const PooledSession& session) { return session.borrowings < 2; };
  std::atomic<int> closed = 0;
  const auto count = [&closed](const PooledSession& session) {
    EXPECT_NE(session.backend_pid, 0U);
    ++closed;
  };
  Pool pool(settings(), {.max_size = 1, .hooks = {.after_release = keeps, .on_close = count}});
  const std::uint32_t first = pool.acquire()->backend_pid();
  EXPECT_EQ(pool.acquire()->backend_pid(), first);
  EXPECT_NE(pool.acquire()->backend_pid(), first);
  EXPECT_EQ(closed, 1);
}

TEST_F(PoolHooksTest, EventsTellWhatHappens) {
  EventLog log;
  {
    Pool pool(settings(), {.max_size = 1, .leak_after = 10ms, .hooks = {.on_event = log.writer()}});
    const Lease held = pool.acquire({}, "reports/daily");
    log.await(Kind::Leak);
    const auto soon = std::chrono::steady_clock::now() + 5ms;
    error_of([&] { pool.acquire({.deadline = soon}, "another"); });
    const PoolEvent opened = log.of(Kind::Opened).at(0);
    EXPECT_EQ(opened.backend_pid, held->backend_pid());
    EXPECT_GT(opened.time, 0ns);
    const PoolEvent leak = log.of(Kind::Leak).at(0);
    EXPECT_EQ(leak.label, "reports/daily");
    EXPECT_EQ(leak.backend_pid, held->backend_pid());
    EXPECT_GE(leak.time, 10ms);
    const PoolEvent refused = log.of(Kind::Refused).at(0);
    EXPECT_EQ(refused.label, "another");
    EXPECT_EQ(refused.text, "timeout");
  }
  EXPECT_EQ(log.of(Kind::Closed).size(), 1U);
  EXPECT_EQ(log.of(Kind::Leak).size(), 1U);
}

TEST_F(PoolHooksTest, EveryEventHasAName) {
  EXPECT_EQ(pool_event_name(Kind::Opened), "opened");
  EXPECT_EQ(pool_event_name(Kind::OpeningFailed), "opening-failed");
  EXPECT_EQ(pool_event_name(Kind::Closed), "closed");
  EXPECT_EQ(pool_event_name(Kind::Refused), "refused");
  EXPECT_EQ(pool_event_name(Kind::Leak), "leak");
  EXPECT_EQ(pool_event_name(Kind::BreakerOpened), "breaker-opened");
  EXPECT_EQ(pool_event_name(Kind::BreakerClosed), "breaker-closed");
}

TEST_F(PoolHooksTest, AnErrorSaysWhoHasTheConnectionsForHowLong) {
  Pool pool(settings(), {.max_size = 2});
  const Lease one = pool.acquire({}, "reports/daily");
  std::this_thread::sleep_for(5ms);
  const Lease two = pool.acquire();
  const auto soon = std::chrono::steady_clock::now() + 5ms;
  const Error error = error_of([&] { pool.acquire({.deadline = soon}); });
  EXPECT_EQ(error.message(),
            "no connection became free until its deadline had passed: all 2 are lent");
  EXPECT_TRUE(error.detail().starts_with("lent longest: 'reports/daily' for ")) << error.detail();
  EXPECT_NE(error.detail().find(" ms, one without a label for "), std::string::npos);
}

TEST_F(PoolHooksTest, StatisticsByLabel) {
  Pool pool(settings(), {.max_size = 1});
  for (int i = 0; i < 3; ++i) first_text(*pool.acquire({}, "a"), "SELECT 1::text");
  {
    const Lease lease = pool.acquire({}, "b");
  }
  const PoolStatistics statistics = pool.statistics();
  EXPECT_EQ(statistics.borrowed, 4U);
  EXPECT_EQ(statistics.opened, 1U);
  EXPECT_EQ(statistics.held.count(), 4U);
  EXPECT_EQ(statistics.opening_times.count(), 1U);
  EXPECT_EQ(statistics.waited.count(), 1U) << "for the opening";
  EXPECT_EQ(statistics.labels.at("a").borrowed, 3U);
  EXPECT_EQ(statistics.labels.at("b").borrowed, 1U);
  EXPECT_GT(statistics.labels.at("a").held, 0ns);
  EXPECT_GE(statistics.labels.at("a").held, statistics.labels.at("a").longest_held);
}

TEST_F(PoolHooksTest, LabelsWithoutEndAreOneFromTheThousandthOn) {
  Pool pool(settings(), {.max_size = 1});
  for (int i = 0; i < 1'100; ++i) pool.acquire({}, std::to_string(i));
  const PoolStatistics statistics = pool.statistics();
  EXPECT_EQ(statistics.labels.size(), 1'001U);
  EXPECT_EQ(statistics.labels.at("…").borrowed, 100U);
}

TEST_F(PoolHooksTest, TheLineMayBeFull) {
  Pool pool(settings(), {.max_size = 1, .most_waiting = 1});
  std::optional<Lease> held = pool.acquire();
  std::jthread waiter([&] { pool.acquire(); });
  wait_until([&] { return pool.statistics().waiting == 1; });
  const Error error = error_of([&] { pool.acquire(); });
  EXPECT_EQ(error.kind(), ErrorKind::Limit);
  EXPECT_EQ(error.message(), "1 callers wait for a connection already, which is as many as may");
  EXPECT_TRUE(error.safe_to_retry());
  held.reset();
}

}  // namespace
}  // namespace pgjinja::pg
