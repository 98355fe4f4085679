#pragma once

#include <cstdint>

namespace pgjinja::jinja {

// What Python's str.isalpha() and its kind, and its regular expressions, say of one code point; of
// kNoCodePoint nothing is true.

bool is_alphabetic(std::uint32_t code) noexcept;
/// Digits of the decimal system in any script; is_digit() adds superscripts and the like,
/// is_numeric() everything that has a value, such as ½ or Ⅷ.
bool is_decimal(std::uint32_t code) noexcept;
bool is_digit(std::uint32_t code) noexcept;
bool is_numeric(std::uint32_t code) noexcept;
bool is_alphanumeric(std::uint32_t code) noexcept;
/// `\w`: letters, digits of all kinds, and the underscore.
bool is_word(std::uint32_t code) noexcept;
bool is_lowercase(std::uint32_t code) noexcept;
bool is_uppercase(std::uint32_t code) noexcept;
bool is_titlecase(std::uint32_t code) noexcept;
bool is_cased(std::uint32_t code) noexcept;
bool is_case_ignorable(std::uint32_t code) noexcept;
bool is_printable(std::uint32_t code) noexcept;
bool starts_name(std::uint32_t code) noexcept;
bool continues_name(std::uint32_t code) noexcept;

/// The value of a decimal digit.
int decimal_value(std::uint32_t code) noexcept;

}  // namespace pgjinja::jinja
