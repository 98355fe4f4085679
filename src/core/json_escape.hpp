#pragma once

#include <cstdint>
#include <string_view>

namespace pgjinja {

/// The escape of two characters that JSON has for this one; empty when it has none (RFC 8259, 7).
constexpr std::string_view short_json_escape(std::uint32_t character) noexcept {
  switch (character) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\b': return "\\b";
    case '\f': return "\\f";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: return {};
  }
}

}  // namespace pgjinja
