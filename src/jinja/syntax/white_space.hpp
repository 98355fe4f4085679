#pragma once

namespace pgjinja::jinja {

/// Python's str.isspace, of ASCII.
constexpr bool is_space(char c) noexcept {
  return c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f');
}

}  // namespace pgjinja::jinja
