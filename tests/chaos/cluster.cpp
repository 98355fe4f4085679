// A primary and its replica.

#include "chaos/admin_session.hpp"
#include "chaos/dice.hpp"
#include "chaos/journal.hpp"
#include "chaos/reader.hpp"
#include "chaos/scenario.hpp"
#include "chaos/testbed.hpp"
#include "chaos/workload.hpp"

#include <pgjinja/client/client.hpp>
#include <pgjinja/jinja/loader.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::chaos {

using namespace std::chrono_literals;

namespace {

constexpr int kLeftBehind = 0;  // no signal
constexpr std::array kLosses{SIGKILL, kLeftBehind, SIGINT, SIGQUIT};

void lose_primary(Testbed& testbed, int how) {
  if (how == kLeftBehind) {
    testbed.leave_primary_behind();
  } else {
    testbed.fail_over(how);
  }
}

std::int64_t in_milliseconds(Clock::duration time) {
  return std::chrono::floor<milliseconds>(time).count();
}

/// A number in the database that grows with time, and those who ask a replica for it.
class Heartbeat {
 public:
  static constexpr milliseconds kMaxLag{300};
  static constexpr milliseconds kCheckInterval{50};

  explicit Heartbeat(const Testbed& testbed) : db_(std::in_place, settings_for(testbed)) {
    beat();
    threads_.emplace_back([this] {
      while (!over_) {
        beat();
        std::this_thread::sleep_for(5ms);
      }
    });
    for (Journal& journal : readers_) {
      threads_.emplace_back([this, &journal] {
        while (!over_) {
          look(journal);
          std::this_thread::sleep_for(2ms);
        }
      });
    }
  }
  ~Heartbeat() { over_ = true; }

  static void make_table(const Testbed& testbed) {
    testbed.sql(
        "CREATE TABLE beat (at bigint); INSERT INTO beat VALUES (0);"
        "GRANT SELECT, UPDATE ON beat TO chaos_worker");
  }

  void finish(Row& row, const Plan& plan) {
    over_ = true;
    threads_.clear();
    db_.reset();
    for (const Journal& journal : readers_) journal.add_to(row, plan);
  }
  /// How old the oldest answer was since this was last asked.
  milliseconds stalest() { return milliseconds(stalest_.exchange(0)); }
  /// How often the replica has been asked.
  [[nodiscard]] std::uint64_t asked_replica() const {
    return db_->cluster().hosts().at(1).pool.borrowed;
  }

 private:
  static ClientSettings settings_for(const Testbed& testbed) {
    ClientSettings settings = reader_settings(testbed.settings(), 3);
    settings.cluster.max_lag = kMaxLag;
    settings.cluster.check_interval = kCheckInterval;
    const std::map<std::string, std::string> templates{
        {"beat", "UPDATE beat SET at = {{ at }}"},
        {"look", "{#---\n@read_only\n---#}\nSELECT at FROM beat"}};
    settings.loader = std::make_shared<jinja::MapLoader>(templates);
    return settings;
  }
  [[nodiscard]] std::int64_t now() const { return in_milliseconds(Clock::now() - began_); }

  void beat() { db_->execute("beat", {{"at", now()}}); }
  void look(Journal& journal) {
    const Clock::time_point began = Clock::now();
    const Call call{.began = began, .deadline = began + 5s, .waited = waited_for_processor()};
    const std::int64_t at_least = now();
    try {
      const auto at = db_->with({.deadline = call.deadline}).query_one<std::int64_t>("look");
      journal.succeeded(call);
      stalest_ = std::max(stalest_.load(), at_least - at);
    } catch (const Error& error) {
      journal.failed(call, error);
    }
  }

  const Clock::time_point began_ = Clock::now();
  std::optional<Client> db_;
  std::array<Journal, 2> readers_;
  std::atomic<std::int64_t> stalest_ = 0;
  std::atomic<bool> over_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace

void failover(const Plan& plan, Row& row) {
  Testbed testbed;
  testbed.make_tables();
  testbed.add_replica();
  Workload workload(testbed, {.connection = testbed.settings(), .tolerated = {"server 25006"}});
  Dice dice;
  const std::size_t rounds = plan.pick<std::size_t>(2, 40);
  std::size_t left_behind = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    dice.sleep(50ms, 500ms);
    const int how = kLosses[round % kLosses.size()];
    if (how == kLeftBehind) ++left_behind;
    lose_primary(testbed, how);
    workload.await_recovery(Clock::now(), row);
    testbed.rejoin();
  }
  row.recovery_gate = 2s;
  row.faults =
      fmt::format("{} times the primary killed, stopped or left behind ({})", rounds, left_behind);
  workload.finish(row, plan);
  // Each connection, and what was sent on it together.
  row.complain_unless(row.failures_of("server 25006") <= left_behind * (3 + 6),
                      "a server that takes no writes was asked again");
}

void lagging_replica(const Plan& plan, Row& row) {
  Testbed testbed;
  testbed.make_tables();
  Heartbeat::make_table(testbed);
  testbed.add_replica();
  Workload workload(testbed, {.connection = testbed.settings(),
                              .cluster = {.check_interval = Heartbeat::kCheckInterval,
                                          .max_lag = Heartbeat::kMaxLag}});
  Heartbeat heartbeat(testbed);
  AdminSession replica(testbed.replica_settings());
  const int rounds = plan.pick(1, 15);
  milliseconds stalest{0};
  std::uint64_t asked = 0;
  for (int round = 0; round < rounds; ++round) {
    std::this_thread::sleep_for(1s);
    row.complain_unless(heartbeat.asked_replica() > asked, "the replica is not asked");
    replica.sql("SELECT pg_wal_replay_pause()");
    std::this_thread::sleep_for(plan.pick(5s, 3s));
    asked = heartbeat.asked_replica();
    replica.sql("SELECT pg_wal_replay_resume()");
    workload.await_recovery(Clock::now(), row);
    stalest = std::max(stalest, heartbeat.stalest());
  }
  heartbeat.finish(row, plan);
  workload.finish(row, plan);
  row.max_sessions += 2 * (3 + 1);  // the heartbeat's
  // What it was behind, and until that was found out: both servers are asked every interval.
  const milliseconds allowed = Heartbeat::kMaxLag + 2 * Heartbeat::kCheckInterval + plan.lateness();
  row.complain_unless(stalest <= allowed, fmt::format("an answer was {} ms old", stalest.count()));
  row.faults = fmt::format("{} times for {} s; the oldest answer was {} ms old", rounds,
                           plan.pick(5, 3), stalest.count());
}

}  // namespace pgjinja::chaos
