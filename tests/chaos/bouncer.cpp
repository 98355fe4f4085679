// A pooler in between.

#include "chaos/admin_session.hpp"
#include "chaos/scenario.hpp"
#include "chaos/testbed.hpp"
#include "chaos/workload.hpp"
#include "pg/fault_proxy.hpp"
#include "pg/pgbouncer.hpp"

#include <csignal>
#include <thread>

#include <fmt/format.h>

namespace pgjinja::chaos {

using namespace std::chrono_literals;
using Mode = pg::FaultProxy::Mode;

namespace {

void terminate_behind(const Testbed& testbed, int times) {
  AdminSession admin(testbed.admin_settings());
  for (int i = 0; i < times; ++i) {
    admin.sql(fmt::format(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '{}'",
        Testbed::kRole));
    std::this_thread::sleep_for(20ms);
  }
}

/// The server executes what the pooler never hears of.
void lose_answers_behind(pg::FaultProxy& behind, milliseconds away) {
  behind.set(Mode::DropReplies);
  std::this_thread::sleep_for(100ms);
  behind.set(Mode::Refuse);
  std::this_thread::sleep_for(away);
  behind.set(Mode::Forward);
}

void restart(pg::PgBouncer& bouncer, int signal) {
  bouncer.stop(signal);
  std::this_thread::sleep_for(100ms);
  bouncer.start();
}

/// As PgBouncer knows them.
pg::Settings server_settings(pg::Settings settings) {
  settings.keywords.erase("sslmode");
  return settings;
}

}  // namespace

void pgbouncer(const Plan& plan, Row& row) {
  Testbed testbed;
  testbed.make_tables();
  pg::FaultProxy behind(testbed.socket());
  pg::PgBouncer bouncer(server_settings(behind.settings(testbed.settings())));
  pg::Settings settings = bouncer.settings();
  settings.statement_cache = 0;  // it may give each statement to another session
  // What is left in a session is left in one that is shared: nobody may, in transaction mode.
  Workload workload(testbed,
                    {.connection = settings, .pace = {.dirt = false}, .behind_pooler = true});
  const int rounds = plan.pick(3, 30);
  for (int round = 0; round < rounds; ++round) {
    restart(bouncer, round % 2 == 0 ? SIGKILL : SIGINT);
    workload.await_recovery(Clock::now(), row);
    terminate_behind(testbed, 10);
    workload.await_recovery(Clock::now(), row);
    for (const milliseconds away : {20ms, 0ms}) {
      lose_answers_behind(behind, away);
      workload.await_recovery(Clock::now(), row);
    }
  }
  row.recovery_gate = 500ms;
  row.faults = fmt::format(
      "{} times the pooler ended, 10 sessions behind it, and twice all answers to it lost", rounds);
  workload.finish(row, plan);
}

}  // namespace pgjinja::chaos
