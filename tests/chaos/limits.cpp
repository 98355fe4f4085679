// Too many of something: sessions, callers, leases, bytes.

#include "chaos/admin_session.hpp"
#include "chaos/reader.hpp"
#include "chaos/sampler.hpp"
#include "chaos/scenario.hpp"
#include "chaos/small_disk.hpp"
#include "chaos/testbed.hpp"
#include "chaos/workload.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace pgjinja::chaos {

using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

std::string limit_of(int sessions) {
  return fmt::format("ALTER ROLE {} CONNECTION LIMIT {}", Testbed::kRole, sessions);
}

/// Ends all sessions of the workload, or all but one.
std::string end_of(bool all) {
  return fmt::format(
      "SELECT count(pg_terminate_backend(pid, 1000)) FROM (SELECT pid FROM pg_stat_activity"
      " WHERE usename = '{}' OFFSET {}) AS victims",
      Testbed::kRole, all ? 0 : 1);
}

/// Each has its thread, and all begin at once.
void storm_of_threads(const Testbed& testbed, std::deque<Journal>& journals) {
  const Client db(reader_settings(testbed.settings(), 8));
  std::latch together(static_cast<std::ptrdiff_t>(journals.size()));
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < journals.size(); ++i) {
    threads.emplace_back([&, i] {
      together.arrive_and_wait();
      Reader(journals[i], static_cast<std::int64_t>(i % 1000 + 1)).read(db, 20s);
    });
  }
}

asio::awaitable<void> read_once(AsyncClient db, Journal& journal, std::int64_t id) {
  Reader reader(journal, id);
  co_await reader.read(db, 20s);
}

void storm_of_coroutines(const Testbed& testbed, std::deque<Journal>& journals) {
  asio::io_context loop;
  const AsyncClient db(loop, reader_settings(testbed.settings(), 8));
  for (std::size_t i = 0; i < journals.size(); ++i) {
    const auto id = static_cast<std::int64_t>(i % 1000 + 1);
    asio::co_spawn(loop, read_once(db, journals[i], id), asio::detached);
  }
  loop.run();
}

/// Takes all connections of the pool for a while, and calls meanwhile.
void hold_all(const Client& db, std::size_t connections, milliseconds time, Row& row) {
  std::vector<pg::Lease> leases;
  for (std::size_t i = 0; i < connections; ++i) {
    leases.push_back(db.pool().acquire({}, "holder/report"));
  }
  const auto end = Clock::now() + time;
  while (Clock::now() < end) {
    std::string report = "none";
    try {
      db.with({.deadline = Clock::now() + 100ms}).execute("square", {{"id", 1}});
    } catch (const Error& error) {
      report = error.what();
    }
    row.complain_unless(report.find("'holder/report' for ") != std::string::npos,
                        "the holder is not named: " + report);
  }
}

}  // namespace

void too_many_clients(const Plan& plan, Row& row) {
  Testbed testbed;
  testbed.make_tables();
  Workload workload(testbed, {.connection = testbed.settings()});
  const int rounds = plan.pick(2, 20);
  for (int round = 0; round < rounds; ++round) {
    testbed.sql(limit_of(0));
    testbed.sql(end_of(round % 2 == 0));
    std::this_thread::sleep_for(plan.pick(700ms, 2000ms));
    testbed.sql(limit_of(-1));
    workload.await_recovery(Clock::now(), row);
    std::this_thread::sleep_for(200ms);
  }
  row.recovery_gate = 200ms;
  row.faults = fmt::format("{} times no new session, and all or all but one ended", rounds);
  workload.finish(row, plan);
}

void storm(const Plan& plan, Row& row) {
  Testbed testbed;
  testbed.make_tables();
  const Sampler sampler(testbed);
  const std::size_t threads = plan.pick(300, 1000);
  const int rounds = plan.pick(1, 20);
  for (int round = 0; round < rounds; ++round) {
    std::deque<Journal> blocking(threads);
    storm_of_threads(testbed, blocking);
    row.complain_unless(testbed.await_no_sessions(), "sessions of the threads' pool are left");
    std::deque<Journal> coroutines(1000);
    storm_of_coroutines(testbed, coroutines);
    row.complain_unless(testbed.await_no_sessions(), "sessions of the coroutines' pool are left");
    for (const Journal& journal : blocking) journal.add_to(row, plan);
    for (const Journal& journal : coroutines) journal.add_to(row, plan);
  }
  row.most_sessions = sampler.most();
  row.max_sessions = 8;
  row.faults = fmt::format("{} times {} threads, then 1000 coroutines", rounds, threads);
  row.complain_unless(row.acknowledged == row.calls, "not everybody was served");
}

void leak(const Plan& plan, Row& row) {
  Testbed testbed;
  testbed.make_tables();
  std::atomic<int> told = 0;
  WorkloadSettings settings{.connection = testbed.settings(),
                            .coroutines = 0,
                            .pace = {.shortest_deadline = 100ms, .longest_deadline = 300ms}};
  settings.pool.leak_after = 200ms;
  settings.pool.hooks.on_event = [&told](const pg::PoolEvent& event) {
    if (event.kind == pg::PoolEvent::Kind::Leak && event.label == "holder/report") ++told;
  };
  Workload workload(testbed, settings);
  const int rounds = plan.pick(1, 10);
  for (int round = 0; round < rounds; ++round) {
    hold_all(workload.client(), settings.blocking_connections, 1500ms, row);
    workload.await_recovery(Clock::now(), row);
  }
  const auto leases = static_cast<int>(settings.blocking_connections) * rounds;
  row.recovery_gate = 200ms;
  row.faults = fmt::format("{} leases kept for 1.5 s", leases);
  workload.finish(row, plan);
  row.max_sessions = settings.blocking_connections;
  row.complain_unless(told == leases, fmt::format("{} leaks were told of", told.load()));
}

void full_disk(const Plan& plan, Row& row) {
  const SmallDisk disk(plan.pick(64, 512));
  if (!disk.problem().empty()) {
    row.skipped = disk.problem();
    return;
  }
  Testbed testbed;
  testbed.sql(fmt::format("CREATE TABLESPACE small LOCATION '{}'", disk.path()));
  testbed.make_tables("small");
  Workload workload(
      testbed, {.connection = testbed.settings(), .pace = {.filling = std::string(1500, 'x')}});
  const int rounds = plan.pick(2, 20);
  for (int round = 0; round < rounds; ++round) {
    disk.fill();
    std::this_thread::sleep_for(700ms);
    disk.free();
    workload.await_recovery(Clock::now(), row);
    std::this_thread::sleep_for(300ms);
  }
  row.recovery_gate = 500ms;
  row.faults = fmt::format("{} times no room", rounds);
  workload.finish(row, plan);
  row.complain_unless(row.failures_of("server 53100") > 0, "nobody has seen that it was full");
}

}  // namespace pgjinja::chaos
