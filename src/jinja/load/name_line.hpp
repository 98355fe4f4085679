#pragma once

#include "jinja/load/named_query.hpp"

#include <pgjinja/jinja/source.hpp>

#include <cstddef>
#include <string_view>

namespace pgjinja::jinja {

/// Does the line [begin, end) of a file begin with `-- name:`?
bool is_name_line(std::string_view line);

/// Reads `-- name: get_user :one`, or aiosql's `-- name: get_user^`. `begin` and `end` of the query
/// are what lies behind the line. @throws Error{Syntax} with its place.
NamedQuery read_name_line(const Source& file, std::size_t begin, std::size_t end);

}  // namespace pgjinja::jinja
