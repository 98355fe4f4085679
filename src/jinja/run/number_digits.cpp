#include "jinja/run/number_digits.hpp"

#include "jinja/run/demands.hpp"
#include "jinja/run/letter_case.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

/// Behind so many digits every double has only zeros.
constexpr std::int64_t kMostDigits = 1100;

std::string with_zeros(std::string digits, std::int64_t missing, std::size_t at) {
  if (missing > 0) digits.insert(at, static_cast<std::size_t>(missing), '0');
  return digits;
}

std::string fixed(double magnitude, std::int64_t precision, bool alternate) {
  const std::int64_t exact = std::min(precision, kMostDigits);
  std::string digits = fmt::format("{:.{}f}", magnitude, exact);
  if (precision == 0 && alternate) digits += '.';
  const std::size_t end = digits.size();
  return with_zeros(std::move(digits), precision - exact, end);
}

std::string scientific(double magnitude, std::int64_t precision, bool alternate) {
  const std::int64_t exact = std::min(precision, kMostDigits);
  std::string digits = fmt::format("{:.{}e}", magnitude, exact);
  const std::size_t exponent = digits.find('e');
  if (precision == 0 && alternate) digits.insert(exponent, 1, '.');
  return with_zeros(std::move(digits), precision - exact, exponent);
}

/// Without the zeros that end the digits before `end`, and without a point that then ends them.
void drop_zeros(std::string& digits, std::size_t end) {
  if (digits.find('.') >= end) return;
  std::size_t kept = end;
  while (digits[kept - 1] == '0') --kept;
  if (digits[kept - 1] == '.') --kept;
  digits.erase(kept, end - kept);
}

int exponent_of(const std::string& scientific_digits) {
  const char* begin = scientific_digits.data() + scientific_digits.find('e') + 1;
  if (*begin == '+') ++begin;
  int exponent = 0;
  std::from_chars(begin, scientific_digits.data() + scientific_digits.size(), exponent);
  return exponent;
}

std::string general(double magnitude, const FloatStyle& style) {
  const std::int64_t precision = std::max<std::int64_t>(style.precision, 1);
  std::string digits = scientific(magnitude, precision - 1, style.alternate);
  const int exponent = exponent_of(digits);
  if (exponent < -4 || exponent >= precision - (style.dot_zero ? 1 : 0)) {
    if (!style.alternate) drop_zeros(digits, digits.find('e'));
    return digits;
  }
  digits = fixed(magnitude, precision - 1 - exponent, style.alternate);
  if (!style.alternate) drop_zeros(digits, digits.size());
  if (style.dot_zero && digits.find('.') == std::string::npos) digits += ".0";
  return digits;
}

}  // namespace

std::string integer_digits(std::uint64_t magnitude, unsigned base, bool capitals) {
  char digits[64];
  const auto end = std::to_chars(digits, digits + sizeof digits, magnitude, static_cast<int>(base));
  const std::string_view text(digits, static_cast<std::size_t>(end.ptr - digits));
  return capitals ? to_upper(text) : std::string(text);
}

std::uint64_t magnitude_of(std::int64_t number) noexcept {
  const auto bits = static_cast<std::uint64_t>(number);
  return number < 0 ? 0 - bits : bits;
}

std::string float_digits(double magnitude, FloatStyle style) {
  check_result_size(static_cast<std::uint64_t>(style.precision));
  const char kind = static_cast<char>(style.type | 0x20);
  std::string digits;
  if (std::isnan(magnitude)) {
    digits = "nan";
  } else if (std::isinf(magnitude)) {
    digits = "inf";
  } else if (kind == 'f') {
    digits = fixed(magnitude, style.precision, style.alternate);
  } else if (kind == 'e') {
    digits = scientific(magnitude, style.precision, style.alternate);
  } else {
    digits = general(magnitude, style);
  }
  return style.type == kind ? digits : to_upper(digits);
}

}  // namespace pgjinja::jinja
