#include "jinja/run/letter_classes.hpp"

#include "jinja/run/unicode_tables.hpp"

namespace pgjinja::jinja {

bool is_alphabetic(std::uint32_t code) noexcept {
  if (code < 0x80) return (code | 0x20U) >= 'a' && (code | 0x20U) <= 'z';
  return is_in(kAlphabetic, code);
}
bool is_decimal(std::uint32_t code) noexcept {
  if (code < 0x80) return code >= '0' && code <= '9';
  return is_in(kDecimal, code);
}
bool is_digit(std::uint32_t code) noexcept { return is_decimal(code) || is_in(kDigit, code); }
bool is_numeric(std::uint32_t code) noexcept { return is_digit(code) || is_in(kNumeric, code); }
bool is_alphanumeric(std::uint32_t code) noexcept {
  return is_alphabetic(code) || is_numeric(code);
}
bool is_word(std::uint32_t code) noexcept { return code == '_' || is_alphanumeric(code); }

bool is_lowercase(std::uint32_t code) noexcept { return is_in(kLowercase, code); }
bool is_uppercase(std::uint32_t code) noexcept { return is_in(kUppercase, code); }
bool is_titlecase(std::uint32_t code) noexcept { return is_in(kTitlecase, code); }
bool is_cased(std::uint32_t code) noexcept {
  return is_lowercase(code) || is_uppercase(code) || is_in(kCased, code);
}
bool is_case_ignorable(std::uint32_t code) noexcept { return is_in(kCaseIgnorable, code); }

bool is_printable(std::uint32_t code) noexcept {
  if (code < 0x80) return code >= 0x20 && code != 0x7F;
  return !is_in(kUnprintable, code);
}

bool starts_name(std::uint32_t code) noexcept {
  return is_alphabetic(code) != is_in(kNameStart, code);
}
bool continues_name(std::uint32_t code) noexcept {
  return starts_name(code) || is_in(kNameContinue, code);
}

int decimal_value(std::uint32_t code) noexcept {
  if (code < 0x80) return static_cast<int>(code - '0');
  // A block of digits begins with zero, and several blocks may lie side by side.
  for (const CodeRange& range : kDecimal) {
    if (code <= range.last) return static_cast<int>((code - range.first) % 10);
  }
  return 0;
}

}  // namespace pgjinja::jinja
