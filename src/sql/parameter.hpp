#pragma once

#include "sql/plain_ascii.hpp"

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/fragment.hpp>

#include <cstddef>

namespace pgjinja::sql {

/// Refuses what no server takes as parameter `$number`, however deep inside a list or map it
/// stands.
/// @throws Error{Encode} for a text with a NUL byte or invalid UTF-8; Error{Undefined};
///         Error{Binding} for a mark or another object; Error{Limit} for too deep a nesting.
void check_parameter(const Value& value, std::size_t number, const jinja::PrintSite& site);

/// False for the values that any server takes: numbers, booleans, null, and plain ASCII.
inline bool needs_check(const Value& value) noexcept {
  if (value.is_text()) return !is_plain_ascii(value.as_text());
  return value.kind() > Kind::Text;
}

}  // namespace pgjinja::sql
