#pragma once

#include "jinja/environment_state.hpp"

namespace pgjinja::jinja {

/// Jinja2's filters, tests and functions, into `state`, which they may refer to: it must not move.
void install_filters(EnvironmentState& state);
void install_tests(EnvironmentState& state);
void install_functions(EnvironmentState& state);

}  // namespace pgjinja::jinja
