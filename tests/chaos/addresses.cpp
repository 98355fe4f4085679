// The name of a host leads elsewhere.

#include "chaos/hosts_file.hpp"
#include "chaos/scenario.hpp"
#include "chaos/testbed.hpp"
#include "chaos/workload.hpp"
#include "pg/fault_proxy.hpp"

#include <array>
#include <csignal>
#include <exception>
#include <string>
#include <thread>

#include <fmt/format.h>

namespace pgjinja::chaos {

using namespace std::chrono_literals;

namespace {

constexpr std::array kAddresses{"127.0.0.2", "127.0.0.3"};

void move_name(const Plan& plan, Row& row) {
  const HostsFile hosts("database.test", kAddresses[0]);
  row.skipped = hosts.problem();
  if (!row.skipped.empty()) return;
  Testbed testbed;
  testbed.make_tables();
  const pg::FaultProxy first(testbed.socket(), kAddresses[0]);
  testbed.add_replica();
  const pg::FaultProxy second(testbed.socket_of_replica(), kAddresses[1], first.port());
  pg::Settings settings = first.settings(testbed.settings());
  settings.keywords["host"] = hosts.name();
  Workload workload(testbed, {.connection = settings, .tolerated = {"server 25006"}});
  const std::size_t rounds = plan.pick<std::size_t>(2, 30);
  for (std::size_t round = 0; round < rounds; ++round) {
    std::this_thread::sleep_for(200ms);
    const bool behind = round % 2 == 1;
    behind ? testbed.leave_primary_behind() : testbed.fail_over(SIGQUIT);
    hosts.lead_to(kAddresses[(round + 1) % kAddresses.size()]);
    workload.await_recovery(Clock::now(), row);
    testbed.rejoin();
  }
  row.recovery_gate = 2s;
  row.faults = fmt::format("{} times another server behind the name", rounds);
  workload.finish(row, plan);
}

}  // namespace

/// In a thread of its own, which alone sees the names.
void moved_name(const Plan& plan, Row& row) {
  std::exception_ptr failure;
  std::thread([&] {
    try {
      move_name(plan, row);
    } catch (const std::exception&) {
      failure = std::current_exception();
    }
  }).join();
  if (failure != nullptr) std::rethrow_exception(failure);
}

}  // namespace pgjinja::chaos
