#include "jinja/check/facts.hpp"
#include "jinja/check/library.hpp"
#include "sql/check/position_walk.hpp"
#include "sql/check/rules.hpp"
#include "sql/check/unfolding.hpp"

#include <pgjinja/sql/check.hpp>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

using jinja::Facts;
using jinja::ParsedTemplate;
using jinja::ast::StmtKind;

/// Templates that others place: they need not be SQL by themselves.
std::set<const ParsedTemplate*> placed_by_others(jinja::Library& library,
                                                 const std::vector<std::string>& names) {
  std::set<const ParsedTemplate*> placed;
  for (const std::string& name : names) {
    const ParsedTemplate* parsed = library.find(name);
    if (parsed == nullptr) continue;
    for (const jinja::Reference& reference : jinja::collect(*parsed).references) {
      if (reference.stmt->kind == StmtKind::Extends) continue;
      for (const std::string_view other : reference.names) {
        const ParsedTemplate* found = library.find(other);
        if (found != parsed) placed.insert(found);
      }
    }
  }
  return placed;
}

void list_raw_uses(const ParsedTemplate& parsed, std::vector<jinja::Finding>& out) {
  for (const jinja::ast::Expr* filter : jinja::collect(parsed).filters) {
    if (filter->text != "raw" && filter->text != "sqlsafe") continue;
    const jinja::Rule& rule = check_rule("raw-use");
    out.push_back({&rule, rule.severity,
                   Error(ErrorKind::Security,
                         fmt::format("'{}' lets text into the SQL as it stands", filter->text))
                       .at(parsed.place(filter->begin, filter->text.size()))});
  }
}

class Once {
 public:
  void add(std::vector<jinja::Finding>&& more, std::vector<jinja::Finding>& to) {
    for (jinja::Finding& finding : more) {
      if (seen_.insert(key(finding)).second) to.push_back(std::move(finding));
    }
  }

 private:
  static std::string key(const jinja::Finding& finding) {
    const auto& places = finding.error.places();
    const SourcePlace at = places.empty() ? SourcePlace{} : places.front();
    return fmt::format("{} {}:{}:{} {}", finding.rule->id, at.name, at.line, at.column,
                       finding.error.message());
  }
  std::set<std::string> seen_;
};

}  // namespace

std::vector<jinja::Finding> check(const jinja::Environment& environment,
                                  const std::vector<std::string>& names) {
  jinja::Library library(jinja::state_of(environment));
  const auto placed = placed_by_others(library, environment.list());
  std::vector<jinja::Finding> all;
  Once once;
  for (const std::string& name : names) {
    const ParsedTemplate* parsed = library.find(name);
    if (parsed == nullptr || !parsed->errors.empty()) continue;
    std::vector<jinja::Finding> found;
    if (!placed.contains(parsed)) {
      found = PositionWalk().check(*Unfolding(library).run(*parsed));
    }
    list_raw_uses(*parsed, found);
    once.add(std::move(found), all);
  }
  return all;
}

}  // namespace pgjinja::sql
