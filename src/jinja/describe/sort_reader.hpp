#pragma once

#include "jinja/describe/line_reader.hpp"

#include <pgjinja/jinja/front_matter.hpp>

namespace pgjinja::jinja {

/// Reads one key of `@sort`: `column [asc | desc] [nulls first | nulls last]`, the column as it is
/// called or in double quotes. @throws Error{Syntax} with its place
SortDeclaration read_sort_key(LineReader& line);

}  // namespace pgjinja::jinja
