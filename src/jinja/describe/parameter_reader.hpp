#pragma once

#include "jinja/describe/line_reader.hpp"

#include <pgjinja/jinja/front_matter.hpp>

namespace pgjinja::jinja {

/// Reads what follows `@param`: `name: type [= default] [-- description]`.
/// @throws Error{Syntax} with the place of the mistake.
ParameterDeclaration read_parameter(LineReader& line);

}  // namespace pgjinja::jinja
