#pragma once

#include "jinja/environment_state.hpp"

#include <set>
#include <string>

namespace pgjinja::jinja {

/// What a rendering may ask for, by what is written in a template and in those that it includes,
/// imports or extends, on any branch.
struct Needs {
  std::set<std::string> names;      ///< taken from the context
  std::set<std::string> templates;  ///< also those that do not exist
  bool complete = true;             ///< false: a value chooses some template
};

/// @throws what loading one of the templates throws, except that it does not exist.
Needs needs_of(const Program& program, const EnvironmentState& environment);

}  // namespace pgjinja::jinja
