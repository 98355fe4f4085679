#pragma once

#include <pgjinja/core/context.hpp>
#include <pgjinja/jinja/front_matter.hpp>

namespace pgjinja::jinja {

/// Holds the arguments of a call to the declarations: each argument is declared, each parameter
/// without a default has one, and each is of its type. Names that begin with an underscore are the
/// host's and pass.
/// @throws Error{Config} naming the parameter, with the place of its declaration.
void check_call(const FrontMatter& front_matter, const Context& arguments);

/// The defaults of the parameters that have one.
Context defaults_of(const FrontMatter& front_matter);

}  // namespace pgjinja::jinja
