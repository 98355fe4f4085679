// A primary and its replicas, with real streaming replication.

#include "pg/cluster_helpers.hpp"
#include "pg/fault_proxy.hpp"
#include "pg/pool_helpers.hpp"
#include "pg/server_fixture.hpp"

#include <pgjinja/pg/cluster.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <optional>
#include <regex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pgjinja::pg {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// Hosts are looked at often, so that no test has to wait.
constexpr ClusterSettings kWatchful{.check_interval = 50ms, .check_timeout = 5s};

class ClusterTest : public ::testing::Test {
 protected:
  PrimaryAndReplica servers;

  static bool in_recovery(Connection& connection) {
    return first_text(connection, "SELECT pg_is_in_recovery()::text") == "true";
  }
  /// "primary" or "replica", as the server says that the role leads to.
  static std::string led_to(Cluster& cluster, Role role, const CallLimits& limits = {}) {
    const Lease lease = cluster.acquire(role, limits);
    return in_recovery(*lease) ? "replica" : "primary";
  }
  static void await_state(const Cluster& cluster, std::size_t host, HostState state) {
    wait_until([&] { return cluster.hosts()[host].state == state; });
  }
  /// The report, without what differs from run to run.
  static std::string report(const std::function<void()>& action) {
    try {
      action();
    } catch (const Error& error) {
      std::string text = std::regex_replace(error.what(), std::regex("/[^ ]*:5433"), "HOST");
      return std::regex_replace(text, std::regex("for [0-9]+ ms"), "for N ms");
    }
    return "none";
  }
};

TEST_F(ClusterTest, RolesAreFoundByWhatTheServersAre) {
  // The replica is named first.
  Cluster cluster(settings_of({&servers.replica, &servers.primary}), {}, kWatchful);
  EXPECT_EQ(led_to(cluster, Role::Primary), "primary");
  await_state(cluster, 0, HostState::Replica);
  EXPECT_EQ(led_to(cluster, Role::Replica), "replica");
  const std::vector<HostStatus> hosts = cluster.hosts();
  EXPECT_FALSE(hosts[0].primary);
  EXPECT_TRUE(hosts[1].primary);
  EXPECT_EQ(hosts[1].state, HostState::Primary);
  EXPECT_EQ(hosts[0].pool.borrowed, 1U);
  EXPECT_EQ(hosts[1].pool.borrowed, 1U);
  EXPECT_EQ(hosts[0].name, servers.replica.directory() + ":5433");
}

TEST_F(ClusterTest, NothingIsOpenedBeforeItIsNeeded) {
  const Cluster cluster(servers.settings(), {}, kWatchful);
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(cluster.hosts()[0].state, HostState::Unknown);
}

TEST_F(ClusterTest, ReadsGoWhereLeastIsDone) {
  Cluster cluster(servers.settings(), {}, kWatchful);
  led_to(cluster, Role::Primary);
  await_state(cluster, 1, HostState::Replica);
  std::vector<Lease> leases;
  std::size_t replicas = 0;
  for (int i = 0; i < 6; ++i) {
    leases.push_back(cluster.acquire(Role::Any));
    replicas += in_recovery(*leases.back()) ? 1U : 0U;
  }
  EXPECT_EQ(replicas, 3U);
}

TEST_F(ClusterTest, WithoutItsReplicaThePrimaryAnswersReads) {
  Cluster cluster(servers.settings(), {}, kWatchful);
  led_to(cluster, Role::Primary);
  await_state(cluster, 1, HostState::Replica);
  EXPECT_EQ(led_to(cluster, Role::Replica), "replica");
  servers.replica.stop(SIGQUIT);
  EXPECT_EQ(led_to(cluster, Role::Replica), "primary") << "whether that has been noticed or not";
  await_state(cluster, 1, HostState::Unreachable);
  EXPECT_NE(cluster.hosts()[1].failure, "");
  servers.replica.start();
  await_state(cluster, 1, HostState::Replica);
  EXPECT_EQ(led_to(cluster, Role::Replica), "replica");
}

TEST_F(ClusterTest, AReplicaThatStaysBehindDoesNotCount) {
  ClusterSettings strict = kWatchful;
  strict.max_lag = 300ms;
  Cluster cluster(servers.settings(), {}, strict);
  led_to(cluster, Role::Primary);
  await_state(cluster, 1, HostState::Replica);
  servers.replica.execute("SELECT pg_wal_replay_pause()");
  wait_until([&] {
    // It is behind only when there is something to replay.
    servers.primary.execute("SELECT pg_logical_emit_message(true, '', 'x')");
    return led_to(cluster, Role::Replica) == "primary";
  });
  const auto lag = cluster.hosts()[1].lag;
  EXPECT_TRUE(!lag || *lag > 300ms);
  servers.replica.execute("SELECT pg_wal_replay_resume()");
  wait_until([&] { return led_to(cluster, Role::Replica) == "replica"; });
}

TEST_F(ClusterTest, WritesFollowAPromotion) {
  Cluster cluster(servers.settings(), {}, kWatchful);
  EXPECT_EQ(led_to(cluster, Role::Primary), "primary");
  await_state(cluster, 1, HostState::Replica);
  servers.primary.stop(SIGQUIT);  // which waits for its sessions to end
  // Some wait in the line of the old primary, and nobody tells them.
  std::atomic<int> served = 0;
  std::vector<std::jthread> waiting;
  for (int i = 0; i < 4; ++i) {
    waiting.emplace_back([&] {
      const Lease lease = cluster.acquire(Role::Primary, {.deadline = Clock::now() + 1min});
      EXPECT_FALSE(in_recovery(*lease));
      ++served;
    });
  }
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(served, 0);
  servers.replica.promote();
  waiting.clear();
  EXPECT_EQ(served, 4);
  EXPECT_TRUE(cluster.hosts()[1].primary);
  // It does not know that it was left behind.
  servers.primary.start();
  await_state(cluster, 0, HostState::Primary);
  const Lease lease = cluster.acquire(Role::Primary);
  EXPECT_EQ(first_text(*lease, "SELECT current_setting('unix_socket_directories')"),
            servers.replica.directory());
  EXPECT_FALSE(cluster.hosts()[0].primary);
}

TEST_F(ClusterTest, ThePrimaryThatTakesNoWritesAnyMoreIsNoPrimary) {
  servers.primary.execute("CREATE TABLE t (id int)");
  Cluster cluster(servers.settings(), {.max_size = 4, .breaker_after = 500ms},
                  {.check_interval = 10s, .check_timeout = 5s});
  const auto insert = [&] {
    const Lease lease = cluster.acquire(Role::Primary, {.deadline = Clock::now() + 10s});
    CollectingSink sink;
    lease->execute("INSERT INTO t VALUES (1)", {}, sink);
  };
  std::vector<Lease> four;
  for (int i = 0; i < 4; ++i) four.push_back(cluster.acquire(Role::Primary));
  four.clear();
  servers.primary.execute("ALTER SYSTEM SET default_transaction_read_only = on");
  servers.primary.execute("SELECT pg_reload_conf()");
  int refused = 0;
  const std::string why = report([&] {
    // The server takes its time to read the setting.
    for (const auto end = Clock::now() + 1min; Clock::now() < end;) {
      try {
        insert();
      } catch (const Error& error) {
        if (error.sqlstate() != "25006") throw;
        ++refused;
      }
    }
  });
  EXPECT_GE(refused, 1);
  EXPECT_LE(refused, 4) << "once for each connection at most";
  EXPECT_EQ(why,
            "error[connection]: no host has been the primary for N ms, and is not waited for\n"
            "  = detail: HOST: not in recovery, but default_transaction_read_only is on\n"
            "            HOST: a replica, 0 ms behind\n"
            "  = hint: look at these servers, and at what promotes one of them");
  EXPECT_EQ(cluster.hosts()[0].pool.closed.at("read-only"), static_cast<unsigned>(refused));
  servers.primary.execute("ALTER SYSTEM RESET default_transaction_read_only");
  servers.primary.execute("SELECT pg_reload_conf()");
  await_state(cluster, 0, HostState::Primary);
  insert();
}

TEST_F(ClusterTest, AReadOnlyTransactionOfItsOwnIsNoReason) {
  servers.primary.execute("CREATE TABLE t (id int)");
  Cluster cluster(servers.settings(), {}, kWatchful);
  {
    const Lease lease = cluster.acquire(Role::Primary);
    lease->run_script("BEGIN READ ONLY");
    CollectingSink sink;
    EXPECT_THROW(lease->execute("INSERT INTO t VALUES (1)", {}, sink), Error);
  }
  EXPECT_EQ(cluster.hosts()[0].pool.closed.size(), 0U);
  EXPECT_TRUE(cluster.hosts()[0].primary);
}

TEST_F(ClusterTest, WhoWaitsInVainIsToldWhatTheHostsAre) {
  Cluster cluster(settings_of({&servers.replica, &servers.replica}), {}, kWatchful);
  EXPECT_EQ(report([&] {
              cluster.acquire(Role::Primary,
                              {.deadline = Clock::now() + 3s, .deadline_name = "the deadline"});
            }),
            "error[timeout]: no host was the primary until the deadline had passed\n"
            "  = detail: HOST: a replica, 0 ms behind\n"
            "            HOST: a replica, 0 ms behind\n"
            "  = hint: look at these servers, and at what promotes one of them");
  EXPECT_EQ(led_to(cluster, Role::Replica), "replica");
  EXPECT_EQ(led_to(cluster, Role::Any), "replica");
}

TEST_F(ClusterTest, WhoWaitsForAHostCanBeStopped) {
  Cluster cluster(settings_of({&servers.replica, &servers.replica}), {}, kWatchful);
  std::stop_source stop;
  const std::jthread later([&] {
    std::this_thread::sleep_for(100ms);
    stop.request_stop();
  });
  EXPECT_EQ(report([&] { cluster.acquire(Role::Primary, {.stop = stop.get_token()}); }),
            "error[cancelled]: the caller asked to stop while a connection was awaited");
}

TEST_F(ClusterTest, OneInABlackHoleHoldsUpNoOther) {
  FaultProxy proxy(servers.replica.socket());
  Settings settings = servers.primary.settings();
  settings.keywords["host"] = "127.0.0.1," + servers.primary.directory();
  settings.keywords["port"] = proxy.settings({}).keywords.at("port") + ",5433";
  settings.keywords["sslmode"] = "disable";
  proxy.set(FaultProxy::Mode::BlackHole);
  Cluster cluster(settings, {}, {.check_interval = 50ms, .check_timeout = 200ms});
  const auto began = Clock::now();
  EXPECT_EQ(led_to(cluster, Role::Primary), "primary");
  EXPECT_EQ(led_to(cluster, Role::Replica), "primary");
  EXPECT_LT(Clock::now() - began, 20s);
  proxy.set(FaultProxy::Mode::Forward);
  await_state(cluster, 0, HostState::Replica);
  EXPECT_EQ(led_to(cluster, Role::Replica), "replica");
  proxy.set(FaultProxy::Mode::BlackHole);
  await_state(cluster, 0, HostState::Unreachable);
  EXPECT_EQ(led_to(cluster, Role::Replica), "primary");
}

TEST_F(ClusterTest, AllPoolsAreWarmedRenewedAndDrained) {
  Cluster cluster(servers.settings(), {.max_size = 2, .min_size = 2}, kWatchful);
  cluster.prewarm();
  for (const HostStatus& host : cluster.hosts()) EXPECT_EQ(host.pool.idle, 2U);
  cluster.renew();
  wait_until([&] {
    const std::vector<HostStatus> hosts = cluster.hosts();
    return hosts[0].pool.opened == 4 && hosts[1].pool.opened == 4;
  });
  EXPECT_TRUE(cluster.drain(Clock::now() + 10s));
  Connection admin(servers.primary.settings());
  wait_until([&] {
    return first_text(admin,
                      "SELECT count(*)::text FROM pg_stat_activity WHERE backend_type = "
                      "'client backend'") == "1";
  });
  EXPECT_EQ(report([&] { led_to(cluster, Role::Primary); }), "error[config]: the pool is closed");
}

TEST_F(ClusterTest, PrewarmingIsContentWithThoseThatAnswer) {
  servers.replica.stop(SIGQUIT);
  Cluster cluster(servers.settings(), {.max_size = 2, .min_size = 2}, kWatchful);
  cluster.prewarm();
  EXPECT_EQ(cluster.hosts()[0].pool.idle, 2U);
  servers.primary.stop(SIGQUIT);
  Cluster none(servers.settings(), {.max_size = 2, .min_size = 2}, kWatchful);
  EXPECT_THROW(none.prewarm(), Error);
}

TEST_F(ClusterTest, ASessionOutsideThePoolsFindsItsHostToo) {
  Cluster cluster(settings_of({&servers.replica, &servers.primary}), {}, kWatchful);
  EXPECT_EQ(cluster.settings(Role::Primary).keywords.at("host"), servers.primary.directory());
}

TEST_F(ClusterTest, AChildLeavesItAlone) {
  // Nobody is asked at the fork: a sanitizer's lock that another thread has then is never released.
  Cluster cluster(servers.settings(), {}, {.check_interval = 1h, .check_timeout = 5s});
  led_to(cluster, Role::Primary);
  await_state(cluster, 1, HostState::Replica);
  std::this_thread::sleep_for(50ms);
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string said = report([&] { cluster.acquire(Role::Primary); });
    const bool right =
        said.starts_with("error[config]: this pool was made before fork(), by the parent process");
    std::_Exit(right ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(led_to(cluster, Role::Primary), "primary");
}

TEST_F(ClusterTest, OneHostIsAllRoles) {
  Cluster cluster(servers.replica.settings());
  for (const Role role : {Role::Primary, Role::Replica, Role::Any}) {
    EXPECT_EQ(led_to(cluster, role), "replica");
  }
  EXPECT_EQ(cluster.size(), 1U);
  EXPECT_EQ(cluster.hosts()[0].state, HostState::Unknown) << "nobody asks";
  EXPECT_EQ(cluster.hosts()[0].pool.opened, 1U);
}

TEST_F(ClusterTest, ManyThreadsLoseNothingWhileTheReplicaComesAndGoes) {
  Cluster cluster(servers.settings(), {.max_size = 4}, kWatchful);
  led_to(cluster, Role::Primary);
  std::atomic<int> calls = 0;
  std::atomic<int> lost = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          const Lease lease = cluster.acquire(t % 2 == 0 ? Role::Replica : Role::Any,
                                              {.deadline = Clock::now() + 1min});
          try {
            EXPECT_EQ(first_text(*lease, "SELECT 42::text"), "42");
            ++calls;
          } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Connection) << error.what();
            ++lost;
          }
        }
      });
    }
    for (int i = 0; i < 3; ++i) {
      std::this_thread::sleep_for(100ms);
      servers.replica.stop(SIGQUIT);
      std::this_thread::sleep_for(100ms);
      servers.replica.start();
    }
  }
  EXPECT_GT(calls, 100);
  EXPECT_LE(lost, 3 * 4) << "those that ran on it";
}

}  // namespace
}  // namespace pgjinja::pg
