// All of the server ends, or stands still.

#include "chaos/admin_session.hpp"
#include "chaos/dice.hpp"
#include "chaos/scenario.hpp"
#include "chaos/testbed.hpp"
#include "chaos/workload.hpp"

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::chaos {

using namespace std::chrono_literals;

namespace {

/// Stops the server in these ways by turns, and starts it.
void restarts(const std::vector<int>& signals, int rounds, const Plan& plan, Row& row) {
  Testbed testbed;
  testbed.make_tables();
  Workload workload(testbed, {.connection = testbed.settings(), .threads = 8});
  Dice dice;
  for (int round = 0; round < rounds; ++round) {
    dice.sleep(20ms, 300ms);
    testbed.stop(signals[static_cast<std::size_t>(round) % signals.size()]);
    testbed.start();
    workload.await_recovery(Clock::now(), row);
  }
  row.recovery_gate = 500ms;
  workload.finish(row, plan);
}

/// Sends it to the postmaster and all its children, so that nobody of them can act in between.
void signal_all(const Testbed& testbed, int signal) {
  ::kill(testbed.postmaster(), signal);
  for (const Process& process : testbed.processes()) ::kill(process.pid, signal);
}

/// The process that recovers the database, as soon as it is there.
pid_t await_startup_process(const Testbed& testbed) {
  const auto end = Clock::now() + 20s;
  while (Clock::now() < end) {
    for (const Process& process : testbed.processes()) {
      if (process.title.find(": startup") != std::string::npos) return process.pid;
    }
  }
  throw std::runtime_error("there is no startup process");
}

/// What a recovery has to do again, so that it takes a while.
void write_much(const Testbed& testbed) {
  testbed.sql(
      "DROP TABLE IF EXISTS ballast;"
      "CREATE TABLE ballast (filling text);"
      "INSERT INTO ballast SELECT repeat('x', 100) FROM generate_series(1, 200000)");
}

/// Crashes the server, and holds up its recovery.
void recover_slowly(Testbed& testbed, milliseconds time) {
  testbed.stop(SIGQUIT);
  testbed.launch();
  const pid_t startup = await_startup_process(testbed);
  ::kill(startup, SIGSTOP);
  std::this_thread::sleep_for(time);
  ::kill(startup, SIGCONT);
  testbed.await_answer();
}

}  // namespace

void crash(const Plan& plan, Row& row) {
  const int rounds = plan.pick(3, 200);
  row.faults = fmt::format("{} times SIGKILL or SIGQUIT, and a start", rounds);
  restarts({SIGKILL, SIGQUIT}, rounds, plan, row);
}

void restart(const Plan& plan, Row& row) {
  const int rounds = plan.pick(3, 50);
  row.faults = fmt::format("{} fast stops and starts", rounds);
  restarts({SIGINT}, rounds, plan, row);
}

void frozen_server(const Plan& plan, Row& row) {
  Testbed testbed;
  testbed.make_tables();
  Workload workload(testbed, {.connection = testbed.settings(),
                              .pace = {.shortest_deadline = 300ms, .longest_deadline = 600ms}});
  const int rounds = plan.pick(1, 10);
  for (int round = 0; round < rounds; ++round) {
    signal_all(testbed, SIGSTOP);
    std::this_thread::sleep_for(plan.pick(2s, 5s));
    signal_all(testbed, SIGCONT);
    testbed.await_answer();
    workload.await_recovery(Clock::now(), row);
    std::this_thread::sleep_for(200ms);
  }
  row.recovery_gate = 1s;
  row.faults = fmt::format("{} times frozen for {} s", rounds, plan.pick(2, 5));
  workload.finish(row, plan);
}

void recovery(const Plan& plan, Row& row) {
  Testbed testbed({"checkpoint_timeout = 1h"});
  testbed.make_tables();
  Workload workload(testbed, {.connection = testbed.settings()});
  const int rounds = plan.pick(1, 10);
  for (int round = 0; round < rounds; ++round) {
    write_much(testbed);
    recover_slowly(testbed, plan.pick(1500ms, 4000ms));
    workload.await_recovery(Clock::now(), row);
  }
  row.recovery_gate = 500ms;
  row.faults = fmt::format("{} recoveries held up for {} ms", rounds, plan.pick(1500, 4000));
  workload.finish(row, plan);
}

}  // namespace pgjinja::chaos
