#pragma once

#include "jinja/describe/line_reader.hpp"

#include <pgjinja/core/value.hpp>

namespace pgjinja::jinja {

/// Reads a literal as Jinja writes it: `10`, `-1.5`, `'text'`, `"text"`, `true`, `none`, `[1, 2]`.
/// @throws Error{Syntax} with its place for anything else.
Value read_literal(LineReader& line);

}  // namespace pgjinja::jinja
