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

Opening::Opening(const TransactionOptions& options) : begin_("BEGIN"), settings_(options.settings) {
  begin_ += isolation_clause(options.isolation);
  begin_ += access_clause(options.access);
  if (options.deferrable) begin_ += " DEFERRABLE";
}

std::vector<pg::PipelineEntry> Opening::entries() {
  std::vector<pg::PipelineEntry> entries = settings_.entries();
  entries.insert(entries.begin(), {.sql = begin_, .parameters = {}, .sink = &settings_.nobody()});
  return entries;
}

}  // namespace pgjinja
