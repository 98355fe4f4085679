#include "jinja/check/checkup.hpp"

#include <fmt/format.h>

// Filters and tests that there are not.

namespace pgjinja::jinja {

namespace {

template <class Registry>
void check(Checkup& checkup, const Facts& facts, const std::vector<const ast::Expr*>& uses,
           const Registry& registry, std::string_view what) {
  for (const ast::Expr* use : uses) {
    if (registry.contains(use->text)) continue;
    std::vector<std::string> known;
    for (const auto& entry : registry) known.push_back(entry.first);
    checkup.report(fmt::format("unknown-{}", what), ErrorKind::Syntax,
                   fmt::format("no {} named '{}'", what, use->text),
                   facts.of->place(use->begin, use->text.size()),
                   Checkup::did_you_mean(use->text, known));
  }
}

}  // namespace

void check_names(Checkup& checkup, const Facts& facts) {
  const EnvironmentState& environment = checkup.library().environment();
  check(checkup, facts, facts.filters, environment.filters, "filter");
  check(checkup, facts, facts.tests, environment.tests, "test");
}

}  // namespace pgjinja::jinja
