// Runs the workload under faults, and prints a table: docs/chaos.md.

#include "chaos/fake_clock.hpp"
#include "chaos/plan.hpp"
#include "chaos/pulse.hpp"
#include "chaos/row.hpp"
#include "chaos/scenario.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::chaos {
namespace {

int list() {
  for (const Scenario& scenario : scenarios()) {
    fmt::print("{:<22} {}\n", scenario.name, scenario.what);
  }
  return 0;
}

void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

/// In a program of its own, which writes the row. Returns whether all gates held.
bool run_with_fake_clock(const Scenario& scenario, const Plan& plan) {
  const auto status = FakeClock::run_again(
      {plan.lengthy ? "--long" : "--short", "--bare", std::string(scenario.name)});
  if (status) return *status == 0;
  Row row;
  row.name = scenario.name;
  row.skipped = "libfaketime is not installed";
  say(line_of(row, true));
  return true;
}

/// At once: a program that hangs later says nothing any more.
void complain(const std::string& text) { fmt::print(stderr, "{}\n", text); }

/// Returns whether all gates held.
bool run(const Scenario& scenario, const Plan& plan) {
  if (scenario.with_fake_clock && !FakeClock::is_there()) {
    return run_with_fake_clock(scenario, plan);
  }
  Row row;
  row.name = scenario.name;
  try {
    scenario.run(plan, row);
  } catch (const std::exception& exception) {
    row.complaints.push_back(exception.what());
  }
  const std::vector<std::string> broken = broken_gates(row, plan);
  say(line_of(row, broken.empty()));
  for (const std::string& text : broken) {
    complain(fmt::format("{}: {}", scenario.name, text));
  }
  for (const std::string& text : row.evidence) {
    complain(fmt::format("{}: seen: {}", scenario.name, text));
  }
  if (!row.sessions_not_gated.empty()) {
    complain(fmt::format("{}: *: {}", scenario.name, row.sessions_not_gated));
  }
  return broken.empty();
}

bool is_wanted(const Scenario& scenario, const std::vector<std::string_view>& wanted) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), scenario.name) != wanted.end();
}

bool is_known(std::string_view name) {
  return std::any_of(scenarios().begin(), scenarios().end(),
                     [name](const Scenario& scenario) { return scenario.name == name; });
}

/// `bare`: as rows of another program's table.
int run_all(const Plan& plan, const std::vector<std::string_view>& wanted, bool bare) {
  const Pulse& pulse = Pulse::of_program();
  if (!bare) say(heading());
  bool passed = true;
  for (const Scenario& scenario : scenarios()) {
    if (is_wanted(scenario, wanted)) passed = run(scenario, plan) && passed;
  }
  if (!bare) say("");
  const auto still = std::chrono::duration_cast<milliseconds>(pulse.longest());
  if (still.count() > 0)
    say(fmt::format("the machine let this program stand still for up to {} ms", still.count()));
  return passed ? 0 : 1;
}

int main_of(const std::vector<std::string_view>& arguments) {
  Plan plan;
  std::vector<std::string_view> wanted;
  bool bare = false;
  for (const std::string_view argument : arguments) {
    if (argument == "--list") return list();
    bare = bare || argument == "--bare";
    if (argument == "--bare") continue;
    if (argument == "--long" || argument == "--short") {
      plan.lengthy = argument == "--long";
    } else if (is_known(argument)) {
      wanted.push_back(argument);
    } else {
      fmt::print(stderr, "usage: chaos [--short|--long] [SCENARIO…], chaos --list\n");
      return 2;
    }
  }
  return run_all(plan, wanted, bare);
}

}  // namespace
}  // namespace pgjinja::chaos

int main(int count, char** arguments) {
  return pgjinja::chaos::main_of({arguments + 1, arguments + count});
}
