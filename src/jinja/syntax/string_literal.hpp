#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pgjinja::jinja {

/// Appends what the text between the quotes of a string literal means, with Python's escapes
/// (\n, \x41, \u00e9, \U0001f600, octal; an unknown one stays as written).
/// False for a truncated \x, \u or \U, or one that names no code point.
bool decode_string(std::string_view literal, std::string& out);

/// Appends `code_point` in UTF-8. False when it is none (a surrogate, or above U+10FFFF).
bool append_utf8(std::uint32_t code_point, std::string& out);

}  // namespace pgjinja::jinja
