// An AsyncClient of a primary and its replica.

#include "async/fixture.hpp"
#include "pg/cluster_helpers.hpp"
#include "pg/pool_helpers.hpp"

#include <pgjinja/core/context.hpp>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

namespace pgjinja {
namespace {

using namespace std::chrono_literals;
using test::asio::awaitable;
namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

const test::Templates kTemplates = {
    {"where",
     "{#---\n@read_only\n---#}\nSELECT CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' "
     "END"},
    {"writes", "SELECT CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END"},
    {"sleep", "SELECT pg_sleep({{ seconds }})::text"}};

class AsyncClusterTest : public test::AsyncTest {
 protected:
  pg::PrimaryAndReplica servers;

  AsyncClient client(pg::PoolSettings pool = {}) {
    return client_of(servers.settings(), std::move(pool));
  }
  AsyncClient client_of(const pg::Settings& settings, pg::PoolSettings pool = {}) {
    return AsyncClient(io, {.connection = settings,
                            .pool = std::move(pool),
                            .cluster = {.check_interval = 50ms, .check_timeout = 5s},
                            .loader = std::make_shared<jinja::MapLoader>(kTemplates)});
  }
  std::string text_of(const AsyncClient& db, const std::string& name) {
    std::string text;
    run([&]() -> awaitable<void> { text = co_await db.query_one<std::string>(name); });
    return text;
  }
  std::vector<pg::HostStatus> hosts_of(const AsyncClient& db) {
    std::vector<pg::HostStatus> hosts;
    run([&]() -> awaitable<void> { hosts = co_await db.hosts(); });
    return hosts;
  }
  void await_state(const AsyncClient& db, std::size_t host, pg::HostState state) {
    pg::wait_until([&] { return hosts_of(db)[host].state == state; });
  }
};

TEST_F(AsyncClusterTest, TemplatesSayWhoMayAnswerThem) {
  const AsyncClient db = client();
  EXPECT_EQ(text_of(db, "writes"), "primary");
  await_state(db, 1, pg::HostState::Replica);
  EXPECT_EQ(text_of(db, "where"), "replica");
  EXPECT_EQ(text_of(db.with({.role = pg::Role::Primary}), "where"), "primary");
  EXPECT_EQ(text_of(db.with({.role = pg::Role::Replica}), "writes"), "replica");
  const std::vector<pg::HostStatus> hosts = hosts_of(db);
  EXPECT_TRUE(hosts[0].primary);
  EXPECT_EQ(hosts[0].pool.borrowed, 2U);
  EXPECT_EQ(hosts[1].pool.borrowed, 2U);
}

TEST_F(AsyncClusterTest, StreamsAndTransactionsGoWhereTheyAreWanted) {
  const AsyncClient db = client();
  EXPECT_EQ(text_of(db, "writes"), "primary");
  await_state(db, 1, pg::HostState::Replica);
  run([&]() -> awaitable<void> {
    auto rows = db.stream<std::string>("where");
    const std::string* const first = co_await rows.next();
    EXPECT_EQ(*first, "replica");
    const std::string* const second = co_await rows.next();
    EXPECT_EQ(second, nullptr);
    AsyncTransaction usual = co_await db.begin();
    EXPECT_EQ(co_await usual.query_one<std::string>("where"), "primary");
    co_await usual.commit();
    AsyncCallOptions options;
    options.role = pg::Role::Replica;
    AsyncTransaction read = co_await db.with(options).begin();
    EXPECT_EQ(co_await read.query_one<std::string>("writes"), "replica");
    co_await read.commit();
  });
}

TEST_F(AsyncClusterTest, WritesFollowAPromotion) {
  const AsyncClient db = client({.max_size = 2});
  EXPECT_EQ(text_of(db, "writes"), "primary");
  await_state(db, 1, pg::HostState::Replica);
  servers.primary.stop(SIGQUIT);  // which waits for its sessions to end
  std::vector<std::future<std::string>> calls;
  for (int i = 0; i < 5; ++i) {
    calls.push_back(db.query_one<std::string>("writes", {}, asio::use_future));
  }
  const std::jthread loop([&] {
    io.restart();
    io.run();  // there is work until they are answered
  });
  std::this_thread::sleep_for(200ms);
  servers.replica.promote();
  for (auto& call : calls) EXPECT_EQ(call.get(), "primary");
}

TEST_F(AsyncClusterTest, PrewarmingIsContentWithThoseThatAnswer) {
  const AsyncClient db = client({.max_size = 2, .min_size = 2});
  const auto idle_at = [&](std::size_t host) {
    std::size_t idle = 0;
    run([&]() -> awaitable<void> {
      co_await db.prewarm();
      const std::vector<pg::HostStatus> hosts = co_await db.hosts();
      idle = hosts[host].pool.idle;
    });
    return idle;
  };
  EXPECT_EQ(idle_at(0), 2U);
  EXPECT_EQ(idle_at(1), 2U);
  servers.replica.stop(SIGQUIT);
  EXPECT_EQ(idle_at(0), 2U);
  servers.primary.stop(SIGQUIT);
  const AsyncClient none = client({.max_size = 2, .min_size = 2});
  EXPECT_NE(report_of([&]() -> awaitable<void> { co_await none.prewarm(); }), "");
}

TEST_F(AsyncClusterTest, WithoutItsReplicaThePrimaryAnswers) {
  const AsyncClient db = client();
  EXPECT_EQ(text_of(db, "writes"), "primary");
  await_state(db, 1, pg::HostState::Replica);
  EXPECT_EQ(text_of(db, "where"), "replica");
  servers.replica.stop(SIGQUIT);
  EXPECT_EQ(text_of(db, "where"), "primary");
  servers.replica.start();
  await_state(db, 1, pg::HostState::Replica);
  EXPECT_EQ(text_of(db, "where"), "replica");
}

TEST_F(AsyncClusterTest, WhoWaitsInVainIsToldWhatTheHostsAre) {
  const AsyncClient db = client_of(pg::settings_of({&servers.replica, &servers.replica}));
  const std::string report = report_of([&]() -> awaitable<void> {
    co_await db.with({.deadline = Clock::now() + 3s}).execute("writes");
  });
  EXPECT_EQ(std::regex_replace(report, std::regex("/[^ ]*:5433"), "HOST"),
            "error[timeout]: no host was the primary until the call's deadline had passed\n"
            "  = while executing writes:1:1\n"
            "  = detail: HOST: a replica, 0 ms behind\n"
            "            HOST: a replica, 0 ms behind\n"
            "  = hint: look at these servers, and at what promotes one of them");
  EXPECT_EQ(text_of(db, "where"), "replica");
}

TEST_F(AsyncClusterTest, WhoIsWaitedForInVainIsTold) {
  const AsyncClient db =
      client_of(pg::settings_of({&servers.replica, &servers.replica}), {.breaker_after = 200ms});
  const std::string report = report_of([&]() -> awaitable<void> { co_await db.execute("writes"); });
  EXPECT_NE(report.find("no host has been the primary for "), std::string::npos) << report;
}

TEST_F(AsyncClusterTest, AListenerFindsThePrimary) {
  const AsyncClient db = client_of(pg::settings_of({&servers.replica, &servers.primary}));
  run([&]() -> awaitable<void> {
    const std::vector<std::string> channels{"news"};
    AsyncListener listener = co_await db.listen(channels);
    servers.primary.execute("NOTIFY news, 'heard'");
    EXPECT_EQ((co_await listener.next()).payload, "heard");
  });
}

TEST_F(AsyncClusterTest, ACallThatWaitsForAHostCanBeDropped) {
  {
    const AsyncClient db = client_of(pg::settings_of({&servers.replica, &servers.replica}));
    db.execute("writes", {}, asio::detached);
    io.run_for(100ms);
  }
  io.run();  // it fails, and nothing is left to do
}

class AsyncDrainTest : public test::AsyncTest {
 protected:
  AsyncClient db{io,
                 {.connection = test::patient_settings(),
                  .pool = {.max_size = 2},
                  .loader = std::make_shared<jinja::MapLoader>(kTemplates)}};
};

TEST_F(AsyncDrainTest, WhatRunsIsFinishedAndNothingBegins) {
  bool all = false;
  std::string refused;
  asio::co_spawn(
      io,
      [&]() -> awaitable<void> {
        const Context seconds{{"seconds", 0.2}};
        co_await db.execute("sleep", seconds);
      },
      asio::detached);
  run([&]() -> awaitable<void> {
    asio::steady_timer timer(io, 100ms);
    co_await timer.async_wait(asio::use_awaitable);
    all = co_await db.drain(Clock::now() + 1min);
    try {
      co_await db.execute("writes");
    } catch (const Error& error) {
      refused = error.what();
    }
  });
  EXPECT_TRUE(all);
  EXPECT_TRUE(refused.starts_with("error[config]: the pool is closed")) << refused;
}

TEST_F(AsyncDrainTest, AtTheDeadlineItIsCancelled) {
  std::string cancelled;
  asio::co_spawn(
      io,
      [&]() -> awaitable<void> {
        try {
          const Context seconds{{"seconds", 1000}};
          co_await db.execute("sleep", seconds);
        } catch (const Error& error) {
          cancelled = error_kind_name(error.kind());
        }
      },
      asio::detached);
  bool all = false;
  run([&]() -> awaitable<void> {
    asio::steady_timer timer(io, 100ms);
    co_await timer.async_wait(asio::use_awaitable);
    all = co_await db.drain(Clock::now());
  });
  EXPECT_TRUE(all);
  EXPECT_EQ(cancelled, "cancelled");
}

}  // namespace
}  // namespace pgjinja
