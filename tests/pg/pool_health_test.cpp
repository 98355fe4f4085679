// A pool that stays up: dead connections, restarts, black holes, a full server.

#include "pg/fault_proxy.hpp"
#include "pg/pool_helpers.hpp"
#include "pg/restartable_server.hpp"
#include "pg/server_fixture.hpp"

#include <pgjinja/pg/pool.hpp>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include <sys/wait.h>

namespace pgjinja::pg {
namespace {

using namespace std::chrono_literals;
using Kind = PoolEvent::Kind;

class PoolHealthTest : public ServerFixture {
 protected:
  static std::vector<Lease> all_of(Pool& pool, std::size_t count) {
    std::vector<Lease> leases;
    for (std::size_t i = 0; i < count; ++i) leases.push_back(pool.acquire());
    return leases;
  }
  static void terminate_all() {
    Connection by(settings());
    first_text(by,
               "SELECT count(pg_terminate_backend(pid, 10000))::text FROM pg_stat_activity "
               "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
  }
  static std::string connections_of(Connection& by, const std::string& name) {
    return first_text(by, "SELECT count(*)::text FROM pg_stat_activity WHERE application_name = $1",
                      {name});
  }
};

TEST_F(PoolHealthTest, NobodySeesThatAllWereTerminated) {
  Pool pool(settings(), {.max_size = 4});
  {
    const auto all = all_of(pool, 4);
  }
  terminate_all();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(first_text(*pool.acquire(), "SELECT 'fine'"), "fine");
  EXPECT_EQ(pool.statistics().open, pool.statistics().idle + pool.statistics().opening);
}

TEST_F(PoolHealthTest, TheIdleCheckFindsDeadOnesWithoutABorrower) {
  EventLog log;
  Pool pool(settings(),
            {.max_size = 2, .check_interval = 20ms, .hooks = {.on_event = log.writer()}});
  {
    const auto all = all_of(pool, 2);
  }
  terminate_all();
  log.await(Kind::Closed, 2);
  EXPECT_EQ(log.of(Kind::Closed).front().text, "silent");
  wait_until([&] { return pool.statistics().open == 0; });
}

TEST_F(PoolHealthTest, TheIdleCheckLeavesLivingOnesAlone) {
  Pool pool(settings(), {.max_size = 2, .check_interval = 1ms});
  const std::uint32_t pid = pool.acquire()->backend_pid();
  for (int i = 0; i < 100; ++i) {
    std::this_thread::sleep_for(1ms);
    const Lease lease = pool.acquire();
    EXPECT_EQ(lease->backend_pid(), pid);
    EXPECT_EQ(first_text(*lease, "SELECT 'fine'"), "fine");
  }
  EXPECT_EQ(pool.statistics().opened, 1U);
}

TEST_F(PoolHealthTest, IdleOnesAreClosedDownToTheMinimum) {
  Pool pool(settings(), {.max_size = 4, .min_size = 1, .idle_timeout = 20ms});
  {
    const auto all = all_of(pool, 4);
  }
  wait_until([&] { return pool.statistics().open == 1; });
  std::this_thread::sleep_for(60ms);
  EXPECT_EQ(pool.statistics().idle, 1U);
  EXPECT_EQ(pool.statistics().closed.at("unneeded"), 3U);
}

TEST_F(PoolHealthTest, OldOnesAreReplaced) {
  Pool pool(settings(), {.max_size = 1, .max_lifetime = 20ms});
  const std::uint32_t first = pool.acquire()->backend_pid();
  std::this_thread::sleep_for(21ms);
  EXPECT_NE(pool.acquire()->backend_pid(), first);
  EXPECT_GE(pool.statistics().closed.at("old"), 1U);
}

TEST_F(PoolHealthTest, PrewarmOpensTheMinimum) {
  Pool pool(settings(), {.max_size = 5, .min_size = 3});
  EXPECT_EQ(pool.statistics().open, 0U);
  pool.prewarm();
  EXPECT_EQ(pool.statistics().idle, 3U);
}

TEST_F(PoolHealthTest, PrewarmSaysWhyItCannot) {
  Settings wrong = settings();
  wrong.keywords["dbname"] = "nowhere";
  Pool pool(wrong, {.min_size = 3});
  EXPECT_EQ(error_of([&] { pool.prewarm(); }).sqlstate(), "3D000");
}

TEST_F(PoolHealthTest, RenewReplacesAll) {
  Pool pool(settings(), {.max_size = 2});
  auto all = all_of(pool, 2);
  const std::uint32_t kept = all[0]->backend_pid();
  all.pop_back();
  pool.renew();
  wait_until([&] { return pool.statistics().open == 1; });
  EXPECT_EQ(all[0]->backend_pid(), kept) << "it is lent";
  all.clear();
  EXPECT_NE(pool.acquire()->backend_pid(), kept);
}

TEST_F(PoolHealthTest, NeverMoreAtTheServerThanMayBe) {
  Settings named = settings();
  named.keywords["application_name"] = "storm";
  Pool pool(named, {.max_size = 5});
  std::atomic<bool> over = false;
  std::atomic<int> most = 0;
  std::jthread sampler([&] {
    Connection by(settings());
    while (!over) {
      most = std::max<int>(most, std::stoi(connections_of(by, "storm")));
      std::this_thread::sleep_for(1ms);
    }
  });
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 40; ++i) {
        const Lease lease = pool.acquire();
        if ((i + t) % 4 == 0) {  // it dies while it is lent
          error_of([&] { first_text(*lease, "SELECT pg_terminate_backend(pg_backend_pid())"); });
        } else {
          first_text(*lease, "SELECT 1::text");
        }
      }
    });
  }
  threads.clear();
  over = true;
  sampler.join();
  EXPECT_LE(most, 5);
  EXPECT_LE(pool.statistics().most_open, 5U);
  EXPECT_GE(pool.statistics().closed.at("broken"), 80U);
}

TEST_F(PoolHealthTest, AFullServerIsWaitedFor) {
  Connection admin(settings());
  admin.run_script("CREATE ROLE narrow LOGIN CONNECTION LIMIT 1");
  Settings narrow = settings();
  narrow.keywords["user"] = "narrow";
  Pool pool(narrow, {.max_size = 4, .grow_after = 0ms});
  std::vector<std::jthread> threads;
  std::atomic<int> done = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(first_text(*pool.acquire(), "SELECT 'fine'"), "fine");
        ++done;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(done, 80);
  wait_until([&] { return pool.statistics().open == 1; });  // others may still be being opened
  EXPECT_LE(pool.statistics().openings_failed.at("53300"), 10U);
}

TEST_F(PoolHealthTest, AForkedChildIsToldAndLeavesTheParentAlone) {
  Pool pool(settings(), {.max_size = 2});
  EXPECT_EQ(first_text(*pool.acquire(), "SELECT 'before'"), "before");
  std::optional<Lease> held = pool.acquire();
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      pool.acquire();
    } catch (const Error& error) {
      held.reset();
      ::_exit(error.kind() == ErrorKind::Config ? 0 : 1);
    }
    ::_exit(2);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(first_text(**held, "SELECT 'still'"), "still");
}

TEST_F(PoolHealthTest, DrainingWaitsForWhatRunsAndRefusesTheRest) {
  Pool pool(settings(), {.max_size = 2});
  std::atomic<bool> done = false;
  std::jthread worker([&] {
    const Lease lease = pool.acquire();
    first_text(*lease, "SELECT pg_sleep(0.05)::text");
    done = true;
  });
  wait_until([&] { return pool.statistics().lent == 1; });
  EXPECT_TRUE(pool.drain(std::chrono::steady_clock::now() + 60s));
  EXPECT_EQ(error_of([&] { pool.prewarm(); }).message(), "the pool is closed");
  EXPECT_TRUE(done);
  EXPECT_EQ(error_of([&] { pool.acquire(); }).what(),
            std::string("error[config]: the pool is closed"));
  EXPECT_EQ(pool.statistics().open, 0U);
}

TEST_F(PoolHealthTest, DrainingCancelsAtTheDeadline) {
  Pool pool(patient(), {.max_size = 2});
  std::string state;
  std::jthread worker([&] {
    const Lease lease = pool.acquire();
    state = error_of([&] { first_text(*lease, "SELECT pg_sleep(600)::text"); }).sqlstate();
  });
  wait_until([&] { return pool.statistics().lent == 1; });
  EXPECT_TRUE(pool.drain(std::chrono::steady_clock::now() + 10ms));
  worker.join();
  EXPECT_EQ(state, "57014");
}

TEST_F(PoolHealthTest, DrainingSaysWhenSomeoneDoesNotGiveBack) {
  Settings hasty = settings();
  hasty.cancel_patience = 20ms;
  Pool pool(hasty, {.max_size = 1});
  const Lease held = pool.acquire();
  EXPECT_FALSE(pool.drain(std::chrono::steady_clock::now()));
}

// A server that goes and comes.

class PoolRestartTest : public testing::Test {
 protected:
  static Settings to(const RestartableServer& server) {
    Settings settings = server.settings();
    settings.cancel_patience = 60s;
    return settings;
  }
};

TEST_F(PoolRestartTest, CallersWaitForARestart) {
  RestartableServer server;
  EventLog log;
  Pool pool(to(server), {.max_size = 2, .hooks = {.on_event = log.writer()}});
  EXPECT_EQ(first_text(*pool.acquire(), "SELECT 'one'"), "one");
  for (const int signal : {SIGINT, SIGQUIT}) {
    server.stop(signal);
    std::string got;
    std::jthread caller([&] { got = first_text(*pool.acquire(), "SELECT 'two'"); });
    log.await(Kind::OpeningFailed);
    server.start();
    caller.join();
    EXPECT_EQ(got, "two") << signal;
  }
  EXPECT_EQ(log.of(Kind::BreakerOpened).size(), 0U);
}

TEST_F(PoolRestartTest, TheBreakerSparesCallersTheWaitAndClosesByItself) {
  RestartableServer server;
  EventLog log;
  Pool pool(to(server),
            {.max_size = 2, .breaker_after = 50ms, .hooks = {.on_event = log.writer()}});
  EXPECT_EQ(first_text(*pool.acquire(), "SELECT 'one'"), "one");
  server.stop(SIGQUIT);
  const Error first = error_of([&] { pool.acquire(); });
  EXPECT_EQ(first.kind(), ErrorKind::Connection);
  EXPECT_TRUE(pool.statistics().breaker_open);
  // Who comes when the next attempt is due waits for that one.
  Error fast = first;
  wait_until([&] {
    fast = error_of([&] { pool.acquire({}, "in vain"); });
    return fast.message().find("the server has not been reached for ") != std::string::npos;
  });
  EXPECT_NE(fast.detail().find("the last attempt: "), std::string::npos);
  EXPECT_TRUE(fast.safe_to_retry());
  EXPECT_EQ(log.of(Kind::BreakerOpened).size(), 1U);
  server.start();
  log.await(Kind::BreakerClosed);
  EXPECT_GE(log.of(Kind::BreakerOpened).front().time, 50ms);
  EXPECT_GT(log.of(Kind::BreakerClosed).front().time, log.of(Kind::BreakerOpened).front().time);
  EXPECT_EQ(first_text(*pool.acquire(), "SELECT 'two'"), "two");
  EXPECT_GE(pool.statistics().labels.at("in vain").refused, 1U);
}

// A network that loses things.

class PoolNetworkTest : public ServerFixture {
 protected:
  FaultProxy proxy{settings().keywords.at("host") + "/.s.PGSQL." + settings().keywords.at("port")};
  Settings through() const {
    Settings through = proxy.settings(settings());
    through.cancel_patience = 50ms;
    return through;
  }
};

TEST_F(PoolNetworkTest, ABlackHoleHoldsNobodyBeyondItsDeadline) {
  Pool pool(through(), {.max_size = 2, .validate_after = 0ms, .check_timeout = 50ms});
  EXPECT_EQ(first_text(*pool.acquire(), "SELECT 'one'"), "one");
  std::this_thread::sleep_for(1ms);  // it has not answered just now
  proxy.set(FaultProxy::Mode::BlackHole);
  const auto began = std::chrono::steady_clock::now();
  const Error error =
      error_of([&] { pool.acquire({.deadline = began + 300ms, .deadline_name = "its deadline"}); });
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_EQ(error.kind(), ErrorKind::Timeout);
  EXPECT_GE(took, 300ms);
  EXPECT_LT(took, 5s);
  proxy.set(FaultProxy::Mode::Forward);
  EXPECT_EQ(first_text(*pool.acquire(), "SELECT 'two'"), "two");
}

TEST_F(PoolNetworkTest, WhatWasAskedJustNowIsNotAskedAgainAlthoughNobodyUsedIt) {
  Pool pool(through(), {.max_size = 1, .validate_after = 1s, .check_timeout = 50ms});
  EXPECT_EQ(first_text(*pool.acquire(), "SELECT 'one'"), "one");
  std::this_thread::sleep_for(1'100ms);
  pool.acquire();
  proxy.set(FaultProxy::Mode::BlackHole);
  const auto soon = std::chrono::steady_clock::now() + 300ms;
  EXPECT_NO_THROW(pool.acquire({.deadline = soon, .deadline_name = "its deadline"}));
}

TEST_F(PoolNetworkTest, WhatRunsInABlackHoleIsInDoubtAtItsDeadline) {
  Pool pool(through(), {.max_size = 1});
  const Lease lease = pool.acquire();
  proxy.set(FaultProxy::Mode::BlackHole);
  CollectingSink sink;
  const Error error = error_of([&] {
    lease->execute("SELECT 1", {}, sink, {.deadline = std::chrono::steady_clock::now() + 50ms});
  });
  EXPECT_EQ(error.kind(), ErrorKind::Timeout);
  EXPECT_TRUE(error.in_doubt());
  EXPECT_FALSE(error.safe_to_retry());
}

TEST_F(PoolNetworkTest, ARefusalIsOverWhenTheNetworkIsBack) {
  EventLog log;
  Pool pool(through(), {.max_size = 2, .hooks = {.on_event = log.writer()}});
  EXPECT_EQ(first_text(*pool.acquire(), "SELECT 'one'"), "one");
  std::this_thread::sleep_for(1ms);  // it has not answered just now
  proxy.set(FaultProxy::Mode::Refuse);
  std::string got;
  std::jthread caller([&] { got = first_text(*pool.acquire(), "SELECT 'two'"); });
  log.await(Kind::OpeningFailed, 3);
  proxy.set(FaultProxy::Mode::Forward);
  caller.join();
  EXPECT_EQ(got, "two");
}

TEST_F(PoolNetworkTest, ALostAnswerToACommitIsInDoubt) {
  Connection(settings()).run_script("CREATE TABLE kept (a int)");
  Pool pool(through(), {.max_size = 1});
  std::optional<Lease> lease = pool.acquire();
  CollectingSink sink;
  (*lease)->run_script("BEGIN; INSERT INTO kept VALUES (1)");
  proxy.set(FaultProxy::Mode::DropReplies);
  const CallLimits soon{.deadline = std::chrono::steady_clock::now() + 50ms};
  EXPECT_TRUE(error_of([&] { (*lease)->execute("COMMIT", {}, sink, soon); }).in_doubt());
  lease.reset();
  proxy.set(FaultProxy::Mode::Forward);
  EXPECT_EQ(first_text(*pool.acquire(), "SELECT count(*)::text FROM kept"), "1");
}

TEST_F(PoolNetworkTest, WhatIsLostInTheMiddleOfATransactionIsNotInDoubt) {
  Pool pool(through(), {.max_size = 1});
  const Lease lease = pool.acquire();
  lease->run_script("BEGIN");
  proxy.set(FaultProxy::Mode::Refuse);
  const Error error = error_of([&] { first_text(*lease, "CREATE TABLE never_kept (a int)"); });
  EXPECT_EQ(error.kind(), ErrorKind::Connection);
  EXPECT_FALSE(error.in_doubt());
}

}  // namespace
}  // namespace pgjinja::pg
