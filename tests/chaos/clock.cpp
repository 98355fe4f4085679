// The time of day jumps, as when a machine is set right or wakes up.

#include "chaos/fake_clock.hpp"
#include "chaos/scenario.hpp"
#include "chaos/testbed.hpp"
#include "chaos/workload.hpp"

#include <array>
#include <chrono>
#include <thread>

#include <fmt/format.h>

namespace pgjinja::chaos {

using namespace std::chrono_literals;

void clock_jumps(const Plan& plan, Row& row) {
  const FakeClock clock;
  Testbed testbed;
  testbed.make_tables();
  Workload workload(testbed, {.connection = testbed.settings()});
  const auto start = std::chrono::system_clock::now();
  constexpr std::array kAway{2h, 0h, -2h, 0h};
  const int rounds = plan.pick(1, 20);
  for (int round = 0; round < rounds; ++round) {
    for (const std::chrono::hours away : kAway) {
      clock.jump(away);
      std::this_thread::sleep_for(500ms);
      const auto gone = std::chrono::system_clock::now() - start - away;
      row.complain_unless(gone > -1h && gone < 1h, "the clock did not jump");
      workload.await_recovery(Clock::now(), row);
    }
  }
  const pg::PoolStatistics statistics = workload.client().pool().statistics();
  row.complain_unless(statistics.closed.empty(), "connections were closed for it");
  row.recovery_gate = 200ms;
  row.faults = fmt::format("{} jumps by two hours, half of them back", 4 * rounds);
  workload.finish(row, plan);
}

}  // namespace pgjinja::chaos
