// The pool of an AsyncClient: the same machine as the blocking one, on an event loop.

#include "async/fixture.hpp"
#include "pg/fault_proxy.hpp"
#include "pg/pool_helpers.hpp"
#include "pg/restartable_server.hpp"

#include <chrono>
#include <csignal>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

namespace pgjinja {
namespace {

using namespace std::chrono_literals;
using test::asio::awaitable;
namespace asio = boost::asio;
using Kind = pg::PoolEvent::Kind;

const test::Templates kTemplates = {
    {"pid", "SELECT pg_backend_pid()"},
    {"one", "SELECT 1"},
    {"sleep", "SELECT pg_sleep({{ seconds }})::text"},
    {"set", "SET app.tenant = 'me'"},
    {"tenant", "SELECT coalesce(current_setting('app.tenant', true), '')"},
    {"name", "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()"},
    {"end_me", "SELECT pg_terminate_backend(pg_backend_pid())"},
    {"end_all",
     "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity"
     " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"}};

class AsyncPoolTest : public test::AsyncTest {
 protected:
  pg::EventLog log;

  AsyncClient client_of(const pg::Settings& server, pg::PoolSettings pool) {
    pool.hooks.on_event = log.writer();
    return AsyncClient(io, {.connection = server,
                            .pool = std::move(pool),
                            .loader = std::make_shared<jinja::MapLoader>(kTemplates)});
  }
  AsyncClient client_of(pg::PoolSettings pool) {
    return client_of(test::patient_settings(), std::move(pool));
  }
  std::int32_t pid_of(const AsyncClient& db) {
    std::int32_t pid = 0;
    run([&]() -> awaitable<void> { pid = co_await db.query_one<std::int32_t>("pid"); });
    return pid;
  }
  std::string text_of(const AsyncClient& db, const std::string& name) {
    std::string text;
    run([&]() -> awaitable<void> { text = co_await db.query_one<std::string>(name); });
    return text;
  }
  /// Opens all of them.
  void fill(const AsyncClient& db, int size) {
    for (int i = 0; i < size; ++i) {
      db.execute("sleep", Context{{"seconds", 0.1}}, asio::use_future);
    }
    run([]() -> awaitable<void> { co_return; });
  }
  static void end_all() { test::client_with(kTemplates).execute("end_all"); }
};

TEST_F(AsyncPoolTest, NobodySeesThatAllWereTerminated) {
  const AsyncClient db = client_of({.max_size = 3});
  fill(db, 3);
  EXPECT_EQ(log.of(Kind::Opened).size(), 3U);
  end_all();
  for (int i = 0; i < 3; ++i) EXPECT_GT(pid_of(db), 0);
}

TEST_F(AsyncPoolTest, OneThatWasIdleForLongIsAskedFirst) {
  const AsyncClient db = client_of({.max_size = 1, .validate_after = 0ms});
  const std::int32_t pid = pid_of(db);
  std::this_thread::sleep_for(1ms);
  EXPECT_EQ(pid_of(db), pid);
  end_all();
  EXPECT_NE(pid_of(db), pid);
}

TEST_F(AsyncPoolTest, TheLoopEndsAlthoughThePoolHasThingsToDoLater) {
  const AsyncClient db = client_of({.max_size = 2, .check_interval = 1ms, .leak_after = 1ms});
  for (int i = 0; i < 20; ++i) EXPECT_GT(pid_of(db), 0);  // each runs the loop to its end
}

TEST_F(AsyncPoolTest, IdleOnesAreCheckedAndClosedWhileTheLoopRuns) {
  const AsyncClient db = client_of({.max_size = 2, .idle_timeout = 30ms, .check_interval = 5ms});
  fill(db, 2);
  const auto work = asio::make_work_guard(io);
  std::jthread loop([&] {
    io.restart();
    io.run();
  });
  log.await(Kind::Closed, 2);
  EXPECT_EQ(log.of(Kind::Closed).front().text, "unneeded");
  io.stop();
}

TEST_F(AsyncPoolTest, DeadOnesAreFoundWithoutACaller) {
  const AsyncClient db = client_of({.max_size = 1, .check_interval = 5ms});
  fill(db, 1);
  end_all();
  const auto work = asio::make_work_guard(io);
  std::jthread loop([&] {
    io.restart();
    io.run();
  });
  log.await(Kind::Closed);
  EXPECT_EQ(log.of(Kind::Closed).front().text, "silent");
  io.stop();
}

TEST_F(AsyncPoolTest, WhatACallLeavesIsUndone) {
  const AsyncClient db = client_of({.max_size = 1});
  const std::int32_t pid = pid_of(db);
  run([&]() -> awaitable<void> { co_await db.execute("set"); });
  EXPECT_EQ(text_of(db, "tenant"), "");
  run([&]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    co_await tx.execute("set");
    co_await tx.commit();
  });
  EXPECT_EQ(text_of(db, "tenant"), "");
  EXPECT_EQ(pid_of(db), pid) << "it was cleaned, not replaced";
}

TEST_F(AsyncPoolTest, TheServerShowsTheLabel) {
  const AsyncClient db = client_of({.max_size = 1, .label_sessions = true});
  EXPECT_EQ(text_of(db, "name"), "pgjinja/name");
  EXPECT_EQ(text_of(db.with({.label = "shop"}), "name"), "pgjinja/shop/name");
}

TEST_F(AsyncPoolTest, HooksChooseAndAreTold) {
  std::vector<std::uint32_t> closed;
  int released = 0;
  std::uint32_t unwanted = 0;
  pg::PoolSettings pool{.max_size = 1};
  pool.hooks.before_acquire = [&](const pg::PooledSession& session) {
    return session.backend_pid != unwanted;
  };
  pool.hooks.after_release = [&](const pg::PooledSession& session) {
    EXPECT_EQ(session.label, "pid");
    return ++released != 3;
  };
  pool.hooks.on_close = [&](const pg::PooledSession& session) {
    closed.push_back(session.backend_pid);
  };
  const AsyncClient db = client_of(pool);
  const std::int32_t first = pid_of(db);
  unwanted = static_cast<std::uint32_t>(first);
  const std::int32_t second = pid_of(db);
  EXPECT_NE(second, first);
  EXPECT_EQ(pid_of(db), second);
  EXPECT_NE(pid_of(db), second) << "closed after its release";
  EXPECT_EQ(closed, (std::vector{unwanted, static_cast<std::uint32_t>(second)}));
}

TEST_F(AsyncPoolTest, WhatAHookThrowsIsTheCallersError) {
  pg::PoolSettings pool{.max_size = 1};
  pool.hooks.before_acquire = [](const pg::PooledSession&) -> bool {
    throw std::runtime_error("never");
  };
  const AsyncClient db = client_of(pool);
  EXPECT_THROW(pid_of(db), std::runtime_error);
}

TEST_F(AsyncPoolTest, OnConnectPreparesEachSession) {
  pg::PoolSettings pool{.max_size = 1};
  pool.hooks.on_connect = [](pg::Connection& connection) {
    connection.run_script("SET app.tenant = 'prepared'");
  };
  EXPECT_EQ(text_of(client_of(pool), "tenant"), "prepared");
}

TEST_F(AsyncPoolTest, CallersWaitForARestart) {
  pg::RestartableServer server;
  const AsyncClient db = client_of(server.settings(), {.max_size = 2});
  EXPECT_GT(pid_of(db), 0);
  for (const int signal : {SIGINT, SIGQUIT}) {
    server.stop(signal);
    const std::size_t failures = log.of(Kind::OpeningFailed).size();
    auto call = db.query_one<std::int32_t>("pid", {}, asio::use_future);
    const std::jthread loop([&] {
      io.restart();
      io.run();  // there is work until the call is answered
    });
    log.await(Kind::OpeningFailed, failures + 2);
    server.start();
    EXPECT_GT(call.get(), 0);
  }
}

TEST_F(AsyncPoolTest, TheBreakerSparesCallersTheWait) {
  pg::RestartableServer server;
  const AsyncClient db = client_of(server.settings(), {.max_size = 2, .breaker_after = 30ms});
  EXPECT_GT(pid_of(db), 0);
  server.stop(SIGQUIT);
  EXPECT_NE(report_of([&]() -> awaitable<void> { co_await db.execute("one"); }), "");
  // Who comes when the next attempt is due waits for that one.
  pg::wait_until([&] {
    const std::string report = report_of([&]() -> awaitable<void> { co_await db.execute("one"); });
    return report.find("the server has not been reached for ") != std::string::npos;
  });
  EXPECT_EQ(log.of(Kind::BreakerOpened).size(), 1U);
}

TEST_F(AsyncPoolTest, ABlackHoleHoldsNobodyBeyondItsDeadline) {
  const pg::Settings server = test::server().settings();
  pg::FaultProxy proxy(server.keywords.at("host") + "/.s.PGSQL." + server.keywords.at("port"));
  pg::Settings through = proxy.settings(server);
  through.cancel_patience = 50ms;
  through.connect_timeout = 500ms;
  const AsyncClient db =
      client_of(through, {.max_size = 2, .validate_after = 0ms, .check_timeout = 50ms});
  EXPECT_GT(pid_of(db), 0);
  std::this_thread::sleep_for(1ms);
  proxy.set(pg::FaultProxy::Mode::BlackHole);
  const auto began = std::chrono::steady_clock::now();
  const std::string report = report_of(
      [&]() -> awaitable<void> { co_await db.with({.deadline = began + 300ms}).execute("one"); });
  EXPECT_TRUE(report.starts_with("error[timeout]: no connection could be opened")) << report;
  EXPECT_GE(std::chrono::steady_clock::now() - began, 300ms);
  proxy.set(pg::FaultProxy::Mode::Forward);
  EXPECT_GT(pid_of(db), 0);
}

TEST_F(AsyncPoolTest, PrewarmOpensTheMinimum) {
  const AsyncClient db = client_of({.max_size = 5, .min_size = 3});
  std::size_t idle = 0;
  run([&]() -> awaitable<void> {
    co_await db.prewarm();
    const std::vector<pg::HostStatus> hosts = co_await db.hosts();
    idle = hosts[0].pool.idle;
  });
  EXPECT_EQ(idle, 3U);
  EXPECT_EQ(report_of([&]() -> awaitable<void> { co_await db.prewarm(); }), "");
}

TEST_F(AsyncPoolTest, PrewarmSaysWhyItCannot) {
  pg::Settings nowhere = test::patient_settings();
  nowhere.keywords["dbname"] = "nowhere";
  const AsyncClient wrong = client_of(nowhere, {.min_size = 3});
  const std::string report = report_of([&]() -> awaitable<void> { co_await wrong.prewarm(); });
  EXPECT_NE(report.find("3D000"), std::string::npos) << report;
  EXPECT_FALSE(report.starts_with("error[timeout]")) << report;

  const AsyncClient drained = client_of({.min_size = 1});
  EXPECT_EQ(report_of([&]() -> awaitable<void> {
              co_await drained.drain(std::chrono::steady_clock::now() + 10s);
              co_await drained.prewarm();
            }),
            "error[config]: the pool is closed");
}

TEST_F(AsyncPoolTest, PrewarmWaitsNoLongerThanABorrower) {
  const pg::Settings server = test::server().settings();
  pg::FaultProxy proxy(server.keywords.at("host") + "/.s.PGSQL." + server.keywords.at("port"));
  proxy.set(pg::FaultProxy::Mode::BlackHole);
  pg::Settings through = proxy.settings(server);
  through.connect_timeout = 2s;
  const AsyncClient db = client_of(through, {.min_size = 1, .acquire_timeout = 50ms});
  const std::string report = report_of([&]() -> awaitable<void> { co_await db.prewarm(); });
  EXPECT_TRUE(report.starts_with("error[timeout]: no connection could be opened")) << report;
  EXPECT_NE(report.find("acquire_timeout of 50 ms"), std::string::npos) << report;
}

TEST_F(AsyncPoolTest, ManyCallersOverFewWhoseSessionsDie) {
  const AsyncClient db = client_of({.max_size = 4});
  int answered = 0;
  int lost = 0;
  const auto caller = [&](int number) -> awaitable<void> {
    for (int i = 0; i < 20; ++i) {
      const bool dies = (number + i) % 5 == 0;
      try {
        co_await db.execute(dies ? "end_me" : "one");
        ++answered;
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Connection) << error.what();
        EXPECT_TRUE(dies) << error.what();
        ++lost;
      }
    }
  };
  for (int n = 0; n < 20; ++n) asio::co_spawn(io, caller(n), asio::detached);
  run([]() -> awaitable<void> { co_return; });
  EXPECT_EQ(lost, 80);
  EXPECT_EQ(answered, 320);
}

}  // namespace
}  // namespace pgjinja
