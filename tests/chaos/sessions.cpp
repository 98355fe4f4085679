// Single sessions end, or stand still.

#include "chaos/admin_session.hpp"
#include "chaos/dice.hpp"
#include "chaos/scenario.hpp"
#include "chaos/testbed.hpp"
#include "chaos/workload.hpp"

#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::chaos {

using namespace std::chrono_literals;

namespace {

/// Calls this function of the server's for one of the workload's sessions, or for all. Returns for
/// how many.
int hit(AdminSession& admin, const std::string& function, bool all) {
  return std::stoi(admin.sql(fmt::format(
      "SELECT count({}(pid)) FROM (SELECT pid FROM pg_stat_activity WHERE usename = '{}'"
      " ORDER BY random() LIMIT {}) AS victims",
      function, Testbed::kRole, all ? "ALL" : "1")));
}

}  // namespace

void terminate(const Plan& plan, Row& row) {
  Testbed testbed;
  testbed.make_tables();
  Workload workload(testbed, {.connection = testbed.settings()});
  AdminSession admin(testbed.admin_settings());
  Dice dice;
  int ended = 0;
  const auto end = Clock::now() + plan.pick(3s, 60s);
  for (int round = 1; Clock::now() < end; ++round) {
    const bool all = round % 25 == 0;
    ended += hit(admin, "pg_terminate_backend", all);
    if (all) workload.await_recovery(Clock::now(), row);
    dice.sleep(1ms, 30ms);
  }
  row.recovery_gate = 500ms;
  row.faults = fmt::format("{} sessions terminated", ended);
  row.complain_unless(ended > 10, "hardly anything was terminated");
  workload.finish(row, plan);
}

void frozen_backend(const Plan& plan, Row& row) {
  Testbed testbed;
  testbed.make_tables();
  Workload workload(testbed, {.connection = testbed.settings(),
                              .pace = {.shortest_deadline = 300ms, .longest_deadline = 600ms}});
  Dice dice;
  int frozen = 0;
  for (int round = 0; round < plan.pick(3, 30); ++round) {
    const auto sessions = testbed.sessions();
    if (sessions.empty()) continue;
    const pid_t victim = sessions[dice.roll(sessions.size())].pid;
    if (::kill(victim, SIGSTOP) != 0) continue;
    ++frozen;
    std::this_thread::sleep_for(plan.pick(900ms, 1500ms));
    ::kill(victim, SIGCONT);
    workload.await_recovery(Clock::now(), row);
  }
  row.recovery_gate = 1s;
  row.faults = fmt::format("{} backends frozen", frozen);
  row.complain_unless(frozen > 0, "nothing was frozen");
  workload.finish(row, plan);
}

void cancel_storm(const Plan& plan, Row& row) {
  Testbed testbed;
  testbed.make_tables();
  Workload workload(testbed, {.connection = testbed.settings(),
                              .pace = {.shortest_deadline = 5ms, .longest_deadline = 20ms}});
  AdminSession admin(testbed.admin_settings());
  Dice dice;
  int cancelled = 0;
  const auto end = Clock::now() + plan.pick(3s, 60s);
  while (Clock::now() < end) {
    cancelled += hit(admin, "pg_cancel_backend", dice.roll(4) == 0);
    dice.sleep(0ms, 5ms);
  }
  row.faults = fmt::format("{} cancellations", cancelled);
  row.complain_unless(cancelled > 50, "hardly anything was cancelled");
  workload.finish(row, plan);
}

}  // namespace pgjinja::chaos
