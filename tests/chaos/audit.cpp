#include "chaos/audit.hpp"

#include <cstdint>
#include <map>
#include <sstream>
#include <string>

#include <fmt/format.h>

namespace pgjinja::chaos {

namespace {

/// How often each id is in the log.
std::map<std::int64_t, int> log_of(const Testbed& testbed) {
  std::istringstream ids(testbed.sql("SELECT string_agg(id::text, ' ') FROM log"));
  std::map<std::int64_t, int> found;
  for (std::int64_t id = 0; ids >> id;) ++found[id];
  return found;
}

void note(Row& row, const std::string& text) {
  if (row.evidence.size() < 10) row.evidence.push_back(text);
}

void audit_write(std::int64_t id, const Journal::Write& write, int times, Row& row) {
  if (times > 1) {
    ++row.wrong;
    note(row, fmt::format("{} was written {} times", id, times));
  }
  if (write.fate == Journal::Fate::Acknowledged && times == 0) {
    ++row.lost;
    note(row, fmt::format("{} was acknowledged, and is not there", id));
  }
  if (write.fate == Journal::Fate::Failed && times > 0) {
    ++row.wrong;
    note(row, fmt::format("{} has failed for certain, and is there: {}", id, write.report));
  }
}

/// Each account has what the transfers in the log leave it.
void audit_accounts(const Testbed& testbed, Row& row) {
  const std::string off = testbed.sql(
      "SELECT count(*) FROM account AS a WHERE balance <> 1000"
      " + (SELECT coalesce(sum(amount), 0) FROM log WHERE target = a.id)"
      " - (SELECT coalesce(sum(amount), 0) FROM log WHERE source = a.id)");
  if (off == "0") return;
  row.wrong += std::stoull(off);
  note(row, off + " accounts do not have what their transfers leave them");
}

}  // namespace

void audit(const Testbed& testbed, const std::vector<const Journal*>& journals, Row& row) {
  std::map<std::int64_t, int> log = log_of(testbed);
  for (const Journal* journal : journals) {
    for (const auto& [id, write] : journal->writes()) {
      const auto entry = log.extract(id);
      audit_write(id, write, entry.empty() ? 0 : entry.mapped(), row);
    }
  }
  if (!log.empty()) {
    row.wrong += log.size();
    note(row, fmt::format("{} was written, and nobody has", log.begin()->first));
  }
  audit_accounts(testbed, row);
}

}  // namespace pgjinja::chaos
