#pragma once

#include "chaos/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace pgjinja::chaos {

/// What one scenario has seen: a row of the table.
struct Row {
  std::string name;
  std::string faults;   ///< what was injected, with its number
  std::string skipped;  ///< why it could not run; empty: it did

  std::uint64_t calls = 0;
  std::uint64_t acknowledged = 0;
  std::map<std::string, std::uint64_t> failures = {};  ///< by kind
  std::uint64_t lost = 0;
  std::uint64_t wrong = 0;
  std::uint64_t dirty = 0;
  std::uint64_t hung = 0;
  std::uint64_t late = 0;  ///< returned later than the deadline and the plan's lateness()
  std::chrono::duration<double, std::milli> overshoot{0};  ///< the longest beyond a deadline

  std::vector<double> recoveries = {};  ///< ms, of each worker after each fault
  milliseconds recovery_gate{0};        ///< for 99 of 100 of them; 0: none
  std::size_t most_sessions = 0;
  std::vector<std::string> titles_of_most = {};  ///< what the sessions did then
  std::size_t max_sessions = 0;                  ///< 0: they were not counted
  std::string sessions_not_gated;                ///< why more than max_sessions is no failure here

  std::vector<std::string> complaints = {};  ///< broken gates of the scenario's own
  std::vector<std::string> evidence = {};    ///< the first things that were lost, wrong or dirty

  void complain_unless(bool fine, const std::string& text) {
    if (!fine) complaints.push_back(text);
  }
  /// Counts the failures of the kinds that start so.
  [[nodiscard]] std::uint64_t failures_of(const std::string& kind) const;
};

/// All gates that the row breaks, in words.
std::vector<std::string> broken_gates(const Row& row, const Plan& plan);

/// The heading of the table, and a row as a line of it.
std::string heading();
std::string line_of(const Row& row, bool passed);

}  // namespace pgjinja::chaos
