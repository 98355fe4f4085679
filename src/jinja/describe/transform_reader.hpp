#pragma once

#include "jinja/describe/line_reader.hpp"

#include <pgjinja/jinja/front_matter.hpp>

namespace pgjinja::jinja {

/// Reads one call of `@transform`: `name` or `name(literal, …)`. @throws Error{Syntax} with its
/// place
TransformDeclaration read_transform(LineReader& line);

}  // namespace pgjinja::jinja
