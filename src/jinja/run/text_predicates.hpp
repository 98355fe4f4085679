#pragma once

#include <string_view>

namespace pgjinja::jinja {

// Python's str.islower() and its kind. An empty text is nothing of all this, but printable and
// ASCII.

bool is_lower_text(std::string_view text);
bool is_upper_text(std::string_view text);
bool is_title_text(std::string_view text);
bool is_identifier(std::string_view text);
/// How many bytes at the beginning of `text` are a name to Python.
std::size_t identifier_length(std::string_view text);
bool is_ascii(std::string_view text);
bool is_printable_text(std::string_view text);
bool is_space_text(std::string_view text);
bool is_alphabetic_text(std::string_view text);
bool is_decimal_text(std::string_view text);
bool is_digit_text(std::string_view text);
bool is_numeric_text(std::string_view text);
bool is_alphanumeric_text(std::string_view text);

}  // namespace pgjinja::jinja
