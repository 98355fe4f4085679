#pragma once

#include "jinja/compile/program.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/core/value.hpp>

#include <vector>

namespace pgjinja::jinja {

/// Where a template declares parameters, no other name can be given to it: an error for each name
/// that `program` takes from its context without declaring it, at its first use. Names of `globals`
/// and those that begin with an underscore, which are the host's, need no declaration.
std::vector<Error> undeclared_names(const Program& program, const Map& globals);

}  // namespace pgjinja::jinja
