#pragma once

#include <string>
#include <string_view>

namespace pgjinja {

/// Appends `name` in double quotes, each one in it doubled: an identifier of SQL (manual 4.1.1).
/// What a name may be is for the caller to check.
inline void append_double_quoted(std::string& out, std::string_view name) {
  out += '"';
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace pgjinja
