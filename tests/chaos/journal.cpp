#include "chaos/journal.hpp"

#include "chaos/pulse.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace pgjinja::chaos {

namespace {

/// SQLSTATEs that the faults of the scenarios have; anything else is a mistake of somebody.
bool is_of_a_fault(const std::string& sqlstate) {
  static const std::set<std::string> known = {
      "57P01", "57P02", "57P03",  // the server ends, has ended sessions, or starts
      "57014",                    // cancelled
      "53300", "53100",           // too many connections, disk full
      "40001", "40P01",           // conflicts
      "25P03", "08P01"};          // what PgBouncer says when it loses its server
  return known.contains(sqlstate) || sqlstate.starts_with("08");
}

bool is_expected(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::Connection: return error.sqlstate().empty() || is_of_a_fault(error.sqlstate());
    case ErrorKind::Server: return is_of_a_fault(error.sqlstate());
    case ErrorKind::Timeout:
    case ErrorKind::Cancelled: return true;
    default: return false;
  }
}

std::string kind_of(const Error& error) {
  std::string kind(error_kind_name(error.kind()));
  if (error.kind() == ErrorKind::Server) kind += " " + error.sqlstate();
  return kind;
}

void add_evidence(Row& row, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    if (row.evidence.size() < 10) row.evidence.push_back(text);
  }
}

}  // namespace

void Journal::succeeded(const Call& call) {
  ended(call, "it succeeded");
  ++acknowledged_;
  if (call.id != 0) writes_[call.id] = {};
  last_success_ = Clock::now().time_since_epoch().count();
}

void Journal::failed(const Call& call, const Error& error) {
  ended(call, error.what());
  std::string kind = kind_of(error);
  ++failures_[error.in_doubt() ? "in doubt" : kind];
  if (!is_expected(error) && !tolerated_.contains(kind)) saw_wrong(error.what());
  if (!secret_.empty() && std::string_view(error.what()).find(secret_) != std::string::npos) {
    saw_wrong(error.what());
  }
  if (call.id == 0) return;
  writes_[call.id] = {error.in_doubt() ? Fate::InDoubt : Fate::Failed, error.what()};
}

void Journal::ended(const Call& call, const std::string& report) {
  ++calls_;
  const Clock::time_point now = Clock::now();
  if (now > call.deadline)
    overdue_.push_back({call, now, report, waited_for_processor() - call.waited});
}

void Journal::add_to(Row& row, const Plan& plan) const {
  row.calls += calls_;
  row.acknowledged += acknowledged_;
  for (const auto& [kind, count] : failures_) row.failures[kind] += count;
  row.wrong += wrong_.size();
  row.dirty += dirty_.size();
  add_evidence(row, wrong_);
  add_evidence(row, dirty_);
  for (const Overdue& overdue : overdue_) add_overdue(overdue, row, plan);
}

void Journal::add_overdue(const Overdue& overdue, Row& row, const Plan& plan) {
  const auto [call, returned, report, waited] = overdue;
  const Clock::duration overshoot =
      returned - call.deadline - Pulse::of_program().stood_still(call.deadline, returned);
  row.overshoot = std::max<decltype(row.overshoot)>(row.overshoot, overshoot);
  if (overshoot <= plan.lateness()) return;
  ++row.late;
  const auto in_ms = [](auto time) {
    return std::chrono::duration_cast<milliseconds>(time).count();
  };
  add_evidence(row, {fmt::format("{} ms after its deadline, without a processor for {} ms: {}",
                                 in_ms(overshoot), in_ms(waited), report)});
}

}  // namespace pgjinja::chaos
