// Faults of the network, by a proxy between the workload and the server.

#include "chaos/admin_session.hpp"
#include "chaos/scenario.hpp"
#include "chaos/testbed.hpp"
#include "chaos/workload.hpp"
#include "pg/fault_proxy.hpp"

#include <thread>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::chaos {

using namespace std::chrono_literals;
using Mode = pg::FaultProxy::Mode;

namespace {

/// A server behind a network.
struct Network {
  Testbed testbed;
  pg::FaultProxy proxy{testbed.socket()};

  Network() { testbed.make_tables(); }
  [[nodiscard]] pg::Settings settings() const { return proxy.settings(testbed.settings()); }
  /// Returns when the network is as before.
  void disturb(Mode mode, milliseconds time) {
    proxy.set(mode);
    std::this_thread::sleep_for(time);
    proxy.set(Mode::Forward);
  }
};

int terminate_one(AdminSession& admin) {
  return std::stoi(admin.sql(fmt::format(
      "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity WHERE"
      " usename = '{}' ORDER BY random() LIMIT 1) AS victim",
      Testbed::kRole)));
}

}  // namespace

void refuse(const Plan& plan, Row& row) {
  Network network;
  Workload workload(network.testbed, {.connection = network.settings()});
  const int rounds = plan.pick(3, 30);
  for (int round = 0; round < rounds; ++round) {
    network.disturb(Mode::Refuse, round % 2 == 0 ? 500ms : 50ms);
    workload.await_recovery(Clock::now(), row);
    std::this_thread::sleep_for(200ms);
  }
  row.recovery_gate = 500ms;
  row.faults = fmt::format("{} times all reset and refused", rounds);
  workload.finish(row, plan);
}

void black_hole(const Plan& plan, Row& row) {
  Network network;
  Workload workload(network.testbed, {.connection = network.settings()});
  const std::vector<milliseconds> times =
      plan.lengthy ? std::vector<milliseconds>{8s, 40s, 8s} : std::vector<milliseconds>{3s};
  for (const milliseconds time : times) {
    network.disturb(Mode::BlackHole, time);
    workload.await_recovery(Clock::now(), row);
    row.faults += fmt::format("{}{} s", row.faults.empty() ? "black for " : ", ",
                              std::chrono::duration_cast<std::chrono::seconds>(time).count());
    std::this_thread::sleep_for(300ms);
  }
  row.recovery_gate = 1s;
  row.sessions_not_gated = "the server cannot know of clients that have gone during the black hole";
  workload.finish(row, plan);
}

void lost_acknowledgement(const Plan& plan, Row& row) {
  Network network;
  Workload workload(network.testbed, {.connection = network.settings()});
  const int rounds = plan.pick(2, 20);
  for (int round = 0; round < rounds; ++round) {
    network.proxy.set(Mode::DropReplies);
    std::this_thread::sleep_for(1200ms);
    network.disturb(Mode::Refuse, 50ms);
    workload.await_recovery(Clock::now(), row);
    std::this_thread::sleep_for(100ms);
  }
  row.recovery_gate = 500ms;
  row.faults = fmt::format("{} times all answers lost, then all reset", rounds);
  workload.finish(row, plan);
  row.complain_unless(row.failures_of("in doubt") > 0, "nothing was in doubt");
}

void slow_network(const Plan& plan, Row& row) {
  Network network;
  Workload workload(network.testbed,
                    {.connection = network.settings(),
                     .pace = {.shortest_deadline = 500ms, .longest_deadline = 1500ms}});
  const auto time = plan.pick(1000ms, 10'000ms);
  network.proxy.delay(25ms);
  std::this_thread::sleep_for(time);
  network.proxy.delay(0ms);
  network.proxy.slice(1);
  std::this_thread::sleep_for(time);
  network.proxy.slice(0);
  network.proxy.bandwidth(20'000);
  std::this_thread::sleep_for(time);
  network.proxy.bandwidth(0);
  workload.await_recovery(Clock::now(), row);
  row.recovery_gate = 500ms;
  row.faults = "25 ms each way; one byte each; 20 kB/s";
  workload.finish(row, plan);
}

void late_sync(const Plan& plan, Row& row) {
  Network network;
  Workload workload(network.testbed, {.connection = network.settings()});
  AdminSession admin(network.testbed.admin_settings());
  network.proxy.delay_sync(20ms);
  int ended = 0;
  const auto end = Clock::now() + plan.pick(2s, 30s);
  while (Clock::now() < end) {
    ended += terminate_one(admin);
    std::this_thread::sleep_for(20ms);
  }
  network.proxy.delay_sync(0ms);
  workload.await_recovery(Clock::now(), row);
  row.recovery_gate = 500ms;
  row.faults = fmt::format("{} sessions terminated, mostly ahead of a Sync", ended);
  workload.finish(row, plan);
}

}  // namespace pgjinja::chaos
