#include "client/opening.hpp"

namespace pgjinja {

namespace {

std::string_view isolation_clause(Isolation isolation) {
  switch (isolation) {
    case Isolation::Default: return "";
    case Isolation::ReadCommitted: return " ISOLATION LEVEL READ COMMITTED";
    case Isolation::RepeatableRead: return " ISOLATION LEVEL REPEATABLE READ";
    case Isolation::Serializable: return " ISOLATION LEVEL SERIALIZABLE";
  }
  return "";
}

std::string_view access_clause(Access access) {
  switch (access) {
    case Access::Default: return "";
    case Access::ReadWrite: return " READ WRITE";
    case Access::ReadOnly: return " READ ONLY";
  }
  return "";
}

}  // namespace

Opening::Opening(const TransactionOptions& options) : begin_("BEGIN") {
  begin_ += isolation_clause(options.isolation);
  begin_ += access_clause(options.access);
  if (options.deferrable) begin_ += " DEFERRABLE";
  for (const auto& [name, value] : options.settings) {
    settings_.push_back({Value(name), Value(value)});
  }
}

std::vector<pg::PipelineEntry> Opening::entries() {
  std::vector<pg::PipelineEntry> entries;
  entries.push_back({.sql = begin_, .parameters = {}, .sink = &sink_});
  for (const std::vector<Value>& setting : settings_) {
    entries.push_back(
        {.sql = "SELECT set_config($1, $2, true)", .parameters = setting, .sink = &sink_});
  }
  return entries;
}

}  // namespace pgjinja
