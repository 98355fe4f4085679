#include "jinja/check/checkup.hpp"

#include <fmt/format.h>

// Templates that are included, imported or extended, and are not there.

namespace pgjinja::jinja {

namespace {

std::vector<std::string> known_names(Checkup& checkup) {
  const EnvironmentState& environment = checkup.library().environment();
  if (environment.loader == nullptr) return {};
  return environment.finder->index()->names();
}

std::string missing(const Reference& reference) {
  if (reference.names.size() == 1) {
    return fmt::format("template '{}' was not found", reference.names.front());
  }
  return fmt::format("none of the templates '{}' was found", fmt::join(reference.names, "', '"));
}

}  // namespace

void check_references(Checkup& checkup, const Facts& facts) {
  for (const Reference& reference : facts.references) {
    if (reference.dynamic || reference.names.empty() || reference.stmt->ignore_missing) continue;
    if (checkup.resolve(reference) != nullptr) continue;
    const std::string_view name = reference.names.front();
    const Error* failure = checkup.library().failure(name);
    if (failure != nullptr && failure->kind() == ErrorKind::NotFound) {
      checkup.report("missing-template", ErrorKind::NotFound, failure->message(),
                     facts.of->place_of(*reference.stmt->value), failure->hint());
    } else if (failure != nullptr) {
      checkup.report("unreadable", failure->kind(), failure->message(),
                     facts.of->place_of(*reference.stmt), failure->hint());
    } else {
      checkup.report("missing-template", ErrorKind::NotFound, missing(reference),
                     facts.of->place_of(*reference.stmt->value),
                     Checkup::did_you_mean(name, known_names(checkup)));
    }
  }
}

}  // namespace pgjinja::jinja
