#pragma once

#include <string>
#include <string_view>

namespace pgjinja::sql {

/// Appends `name` in double quotes, each one in it doubled (manual 4.1.1).
/// @throws Error{Binding} when it is empty, has over 63 bytes, a NUL byte or invalid UTF-8.
void append_quoted_name(std::string& out, std::string_view name);

}  // namespace pgjinja::sql
