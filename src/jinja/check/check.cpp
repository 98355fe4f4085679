#include "jinja/check/checkup.hpp"
#include "jinja/check/rules.hpp"

#include <pgjinja/jinja/check.hpp>

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

using Key = std::tuple<std::uint32_t, std::uint32_t, std::string>;

Key key(const Error& error) {
  if (error.places().empty()) return {0, 0, error.message()};
  const SourcePlace& first = error.places().front();
  return {first.line, first.column, error.message()};
}

std::string_view rule_of(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::Syntax: return "syntax";
    case ErrorKind::Undefined: return "undeclared-name";
    default: return "unreadable";
  }
}

/// What only the compiler finds. It also says what a check has said with a rule of its own.
void add_diagnosis(std::vector<Finding>& found, const std::vector<Error>& diagnosis) {
  std::set<Key> told;
  for (const Finding& finding : found) told.insert(key(finding.error));
  for (const Error& error : diagnosis) {
    if (!told.insert(key(error)).second) continue;
    found.push_back({&check_rule(rule_of(error)), Severity::Error, error});
  }
}

void check_one(Checkup& checkup, const Facts& facts) {
  check_names(checkup, facts);
  check_references(checkup, facts);
  check_cycles(checkup, facts);
  check_blocks(checkup, facts);
  check_imports(checkup, facts);
  check_calls(checkup, facts);
  check_unused(checkup, facts);
}

std::vector<Finding> check_template(Checkup& checkup, const Environment& environment,
                                    const std::string& name) {
  if (const Facts* facts = checkup.find(name)) {
    if (facts->of->errors.empty()) {
      check_one(checkup, *facts);
    } else {
      check_names(checkup, *facts);  // half a tree says little of all else
    }
  }
  std::vector<Finding> found = checkup.take();
  add_diagnosis(found, environment.diagnose(name));
  std::ranges::stable_sort(found, {}, [](const Finding& f) { return key(f.error); });
  return found;
}

}  // namespace

std::vector<Finding> check(const Environment& environment, const std::vector<std::string>& names) {
  Checkup checkup(state_of(environment));
  std::vector<Finding> all;
  for (const std::string& name : names) {
    std::vector<Finding> found = check_template(checkup, environment, name);
    std::ranges::move(found, std::back_inserter(all));
  }
  return all;
}

}  // namespace pgjinja::jinja
