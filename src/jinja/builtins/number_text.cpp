#include "jinja/builtins/number_text.hpp"

#include "jinja/run/unicode.hpp"

#include <charconv>
#include <cmath>
#include <string>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

bool alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Without its single `_` between digits; nothing if one stands elsewhere.
std::optional<std::string> without_underscores(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      out += text[i];
    } else if (i == 0 || i + 1 == text.size() || !alphanumeric(text[i - 1]) ||
               !alphanumeric(text[i + 1])) {
      return std::nullopt;
    }
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

}  // namespace

std::optional<std::int64_t> read_integer(std::string_view text, std::int64_t base) {
  if (base != 0 && (base < 2 || base > 36)) return std::nullopt;
  text = strip(text);
  const bool minus = take_sign(text);
  const std::int64_t prefix = base_of_prefix(text);
  const bool prefixed = prefix != 10 && (base == 0 || base == prefix);
  if (prefixed) text.remove_prefix(text.size() > 2 && text[2] == '_' ? 3 : 2);
  if (base == 0) base = prefix;
  const auto digits = without_underscores(text);
  if (!digits || digits->empty() || !alphanumeric(digits->front())) return std::nullopt;
  const std::string number = (minus ? "-" : "") + *digits;
  std::int64_t value = 0;
  const char* end = number.data() + number.size();
  const auto result = std::from_chars(number.data(), end, value, static_cast<int>(base));
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

std::optional<double> read_real(std::string_view text) {
  text = strip(text);
  const bool minus = take_sign(text);
  const auto digits = without_underscores(text);
  if (!digits || digits->empty() || digits->find_first_of("-(") == 0 ||
      digits->find('(') != std::string::npos) {
    return std::nullopt;
  }
  double value = 0;
  const char* end = digits->data() + digits->size();
  const auto result = std::from_chars(digits->data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
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
  return std::copysign(units * unit, number);
}

}  // namespace pgjinja::jinja
