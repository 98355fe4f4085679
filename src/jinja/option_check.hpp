#pragma once

#include <pgjinja/jinja/options.hpp>

namespace pgjinja::jinja {

/// Refuses options that contradict one another, as Jinja2's _environment_config_check does, or that
/// no template could make sense of. @throws Error{Config} that names the option and what it takes.
void check_options(const Options& options);

}  // namespace pgjinja::jinja
