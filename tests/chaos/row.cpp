#include "chaos/row.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace pgjinja::chaos {

namespace {

/// The recovery that 99 of 100 do not exceed; of fewer than 100 the longest.
double ninety_ninth(std::vector<double> recoveries) {
  if (recoveries.empty()) return 0;
  std::sort(recoveries.begin(), recoveries.end());
  const auto rank = std::ceil(static_cast<double>(recoveries.size()) * 0.99);
  return recoveries[static_cast<std::size_t>(rank) - 1];
}

std::string failures_text(const Row& row) {
  std::string out;
  for (const auto& [kind, count] : row.failures) {
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", kind, count);
  }
  return out.empty() ? "none" : out;
}

std::string recovery_text(const Row& row) {
  if (row.recoveries.empty()) return "–";
  const double longest = *std::max_element(row.recoveries.begin(), row.recoveries.end());
  if (row.recoveries.size() < 100) return fmt::format("{:.0f}", longest);
  return fmt::format("{:.0f} (p99 {:.0f})", longest, ninety_ninth(row.recoveries));
}

std::string sessions_text(const Row& row) {
  if (row.max_sessions == 0) return "–";
  return fmt::format("{}/{}{}", row.most_sessions, row.max_sessions,
                     row.sessions_not_gated.empty() ? "" : "*");
}

}  // namespace

std::uint64_t Row::failures_of(const std::string& kind) const {
  std::uint64_t count = 0;
  for (const auto& [failure, number] : failures) {
    if (failure.starts_with(kind)) count += number;
  }
  return count;
}

std::vector<std::string> broken_gates(const Row& row, const Plan& plan) {
  std::vector<std::string> broken = row.complaints;
  const auto none = [&broken](std::uint64_t count, const char* what) {
    if (count != 0) broken.push_back(fmt::format("{} {}", count, what));
  };
  none(row.lost, "acknowledged and lost");
  none(row.wrong, "wrong");
  none(row.dirty, "dirty");
  none(row.hung, "hung");
  none(row.late, "returned too late");
  if (row.max_sessions != 0 && row.most_sessions > row.max_sessions &&
      row.sessions_not_gated.empty()) {
    broken.push_back(fmt::format("{} sessions at the server: {}", row.most_sessions,
                                 fmt::join(row.titles_of_most, "; ")));
  }
  const double allowed = static_cast<double>((row.recovery_gate + plan.slack()).count());
  if (row.recovery_gate.count() != 0 && ninety_ninth(row.recoveries) > allowed) {
    broken.push_back(fmt::format("recovered after {:.0f} ms, {:.0f} are allowed",
                                 ninety_ninth(row.recoveries), allowed));
  }
  return broken;
}

std::string heading() {
  return "| scenario | faults | calls | acknowledged | failed | lost | wrong | dirty | hung | late "
         "|"
         " overshoot, ms | recovery, ms | sessions | gates |\n"
         "|---|---|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|---|";
}

std::string line_of(const Row& row, bool passed) {
  if (!row.skipped.empty()) {
    return fmt::format("| {} | skipped: {} | | | | | | | | | | | | skipped |", row.name,
                       row.skipped);
  }
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {:.0f} | {} | {} | {} |",
                     row.name, row.faults, row.calls, row.acknowledged, failures_text(row),
                     row.lost, row.wrong, row.dirty, row.hung, row.late, row.overshoot.count(),
                     recovery_text(row), sessions_text(row), passed ? "passed" : "FAILED");
}

}  // namespace pgjinja::chaos
