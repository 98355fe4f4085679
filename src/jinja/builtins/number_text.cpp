#include "jinja/builtins/number_text.hpp"

#include "jinja/run/letter_classes.hpp"
#include "jinja/run/number_digits.hpp"
#include "jinja/run/unicode.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

bool alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool numeral(char c) { return c >= '0' && c <= '9'; }

/// Without its single `_` between digits; nothing if one stands elsewhere.
std::optional<std::string> without_underscores(std::string_view text, bool (*is_digit)(char)) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      out += text[i];
    } else if (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) {
      return std::nullopt;
    }
  }
  return out;
}

/// With ASCII's digits in place of those of other scripts, which Python reads as well.
std::string ascii_digits(std::string_view text) {
  std::string out;
  for (text = strip(text); !text.empty();) {
    const std::string_view point = first_code_point(text);
    const std::uint32_t code = code_point(point);
    if (code >= 0x80 && is_decimal(code)) {
      out += static_cast<char>('0' + decimal_value(code));
    } else {
      out += point;
    }
    text.remove_prefix(point.size());
  }
  return out;
}

/// Takes a sign off the front: says whether it was a minus.
bool take_sign(std::string_view& text) {
  const bool minus = text.starts_with('-');
  if (minus || text.starts_with('+')) text.remove_prefix(1);
  return minus;
}

std::int64_t base_of_prefix(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return 10;
  switch (text[1] | 0x20) {
    case 'x': return 16;
    case 'o': return 8;
    case 'b': return 2;
    default: return 10;
  }
}

/// What Python makes of digits that no double can hold: infinity or zero.
double out_of_range(std::string_view digits) {
  const std::size_t exponent = digits.find_first_of("eE");
  const bool tiny = exponent != std::string_view::npos
                        ? digits.substr(exponent + 1).starts_with('-')
                        : digits.starts_with('0') || digits.starts_with('.');
  return tiny ? 0.0 : std::numeric_limits<double>::infinity();
}

}  // namespace

std::optional<std::int64_t> read_integer(std::string_view source, std::int64_t base) {
  if (base != 0 && (base < 2 || base > 36)) return std::nullopt;
  const std::string ascii = ascii_digits(source);
  std::string_view text = ascii;
  const bool minus = take_sign(text);
  const std::int64_t prefix = base_of_prefix(text);
  const bool prefixed = prefix != 10 && (base == 0 || base == prefix);
  if (prefixed) text.remove_prefix(text.size() > 2 && text[2] == '_' ? 3 : 2);
  const bool any_base = base == 0;
  if (any_base) base = prefix;
  const auto digits = without_underscores(text, alphanumeric);
  if (!digits || digits->empty() || !alphanumeric(digits->front())) return std::nullopt;
  const std::string number = (minus ? "-" : "") + *digits;
  std::int64_t value = 0;
  const char* end = number.data() + number.size();
  const auto result = std::from_chars(number.data(), end, value, static_cast<int>(base));
  if (result.ptr != end) return std::nullopt;
  // Only zero may begin with a zero where the prefix says what the base is.
  if (any_base && !prefixed && digits->front() == '0' && value != 0) return std::nullopt;
  if (result.ec == std::errc()) return value;
  throw Error(ErrorKind::Runtime, "the integer that the text holds does not fit into 64 bits")
      .hint("compute it in SQL, as numeric");
}

std::optional<double> read_real(std::string_view source) {
  const std::string ascii = ascii_digits(source);
  std::string_view text = ascii;
  const bool minus = take_sign(text);
  const auto digits = without_underscores(text, numeral);
  if (!digits || digits->empty() || digits->find_first_of("-(") == 0 ||
      digits->find('(') != std::string::npos) {
    return std::nullopt;
  }
  double value = 0;
  const char* end = digits->data() + digits->size();
  const auto result = std::from_chars(digits->data(), end, value);
  if (result.ptr != end || result.ec == std::errc::invalid_argument) return std::nullopt;
  if (result.ec == std::errc::result_out_of_range) value = out_of_range(*digits);
  return minus ? -value : value;
}

double round_decimal(double number, std::int64_t digits) {
  constexpr std::int64_t kFinest = 323;  // no double has more decimals that matter to it
  constexpr std::int64_t kCoarsest = 308;
  if (!std::isfinite(number) || digits > kFinest) return number;
  if (digits >= 0) {
    // The exact value is rounded once, to decimal; scaling it first would round twice.
    const std::string decimal = fmt::format("{:.{}f}", number, digits);
    double rounded = number;
    std::from_chars(decimal.data(), decimal.data() + decimal.size(), rounded);
    return rounded;
  }
  if (digits < -kCoarsest) return std::copysign(0.0, number);
  const double unit = std::pow(10.0, static_cast<double>(-digits));
  const double rest = std::fmod(std::fabs(number), unit);
  double units = std::round((std::fabs(number) - rest) / unit);
  if (rest > unit / 2 || (rest == unit / 2 && std::fmod(units, 2) != 0)) units += 1;
  if (std::isfinite(units * unit)) return std::copysign(units * unit, number);
  throw Error(ErrorKind::Runtime, "the rounded number is too large for a float");
}

std::int64_t round_integer(std::int64_t number, std::int64_t digits) {
  if (digits >= 0) return number;
  constexpr std::int64_t kCoarsest = 18;  // the next power of ten does not fit
  std::uint64_t unit = 10;
  for (std::int64_t i = -1; i > std::max(digits, -kCoarsest - 1); --i) unit *= 10;
  const std::uint64_t magnitude = magnitude_of(number);
  const std::uint64_t rest = magnitude % unit;
  std::uint64_t units = digits < -kCoarsest - 1 ? 0 : magnitude / unit;
  const bool up = rest > unit - rest || (rest == unit - rest && units % 2 != 0);
  if (up && digits >= -kCoarsest - 1) ++units;
  if (units == 0) return 0;
  if (digits < -kCoarsest || units > INT64_MAX / unit) {
    throw Error(ErrorKind::Runtime, "the rounded number does not fit into 64 bits")
        .hint("compute it in SQL, as numeric");
  }
  const auto rounded = static_cast<std::int64_t>(units * unit);
  return number < 0 ? -rounded : rounded;
}

}  // namespace pgjinja::jinja
