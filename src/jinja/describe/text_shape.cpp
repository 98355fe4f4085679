#include "jinja/describe/text_shape.hpp"

#include "core/calendar.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/core/scalars.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace pgjinja::jinja {

namespace {

/// Eats a text from its front.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  /// A number of `least` to `most` digits.
  std::optional<std::int32_t> digits(std::size_t least, std::size_t most) noexcept {
    std::int32_t number = 0;
    std::size_t count = 0;
    for (; count < most && count < text_.size() && is_digit(text_[count]); ++count) {
      number = number * 10 + (text_[count] - '0');
    }
    if (count < least) return std::nullopt;
    text_.remove_prefix(count);
    return number;
  }
  bool skip(std::string_view what) noexcept {
    if (!text_.starts_with(what)) return false;
    text_.remove_prefix(what.size());
    return true;
  }
  [[nodiscard]] bool at_end() const noexcept { return text_.empty(); }

 private:
  static bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

  std::string_view text_;
};

std::optional<CivilDay> read_day(Reader& in) {
  const auto year = in.digits(4, 7);
  if (!year || *year == 0 || !in.skip("-")) return std::nullopt;
  const auto month = in.digits(2, 2);
  if (!month || *month < 1 || *month > 12 || !in.skip("-")) return std::nullopt;
  const auto day = in.digits(2, 2);
  if (!day || *day < 1) return std::nullopt;
  return CivilDay{*year, *month, *day};
}

/// What ends a date or a timestamp; 1 BC is the year 0.
bool ends_well(Reader& in, CivilDay day) {
  if (in.skip(" BC")) day.year = 1 - day.year;
  return in.at_end() && day.day <= days_in_month(day.year, day.month);
}

bool read_time(Reader& in) {
  const auto hour = in.digits(2, 2);
  if (!hour || *hour > 24 || !in.skip(":")) return false;
  const auto minute = in.digits(2, 2);
  if (!minute || *minute > 59) return false;
  std::int32_t rest = *minute;
  if (in.skip(":")) {
    const auto second = in.digits(2, 2);
    if (!second || *second > 59) return false;
    rest += *second;
    if (in.skip(".")) {
      const auto fraction = in.digits(1, 6);
      if (!fraction) return false;
      rest += *fraction;
    }
  }
  return *hour < 24 || rest == 0;
}

bool read_offset(Reader& in) {
  if (in.skip("Z")) return true;
  in.skip(" ");
  if (!in.skip("+") && !in.skip("-")) return false;
  const auto hours = in.digits(2, 2);
  if (!hours || *hours > 15) return false;
  for (int parts = 0; parts < 2 && in.skip(":"); ++parts) {
    const auto part = in.digits(2, 2);
    if (!part || *part > 59) return false;
  }
  return true;
}

bool is_infinity(std::string_view text) { return text == "infinity" || text == "-infinity"; }

bool is_instant(std::string_view text, bool with_offset) {
  if (is_infinity(text)) return true;
  Reader in(text);
  const auto day = read_day(in);
  if (!day || !(in.skip(" ") || in.skip("T")) || !read_time(in)) return false;
  return (!with_offset || read_offset(in)) && ends_well(in, *day);
}

}  // namespace

bool reads_as_date(std::string_view text) noexcept {
  if (is_infinity(text)) return true;
  Reader in(text);
  const auto day = read_day(in);
  return day && ends_well(in, *day);
}

bool reads_as_time(std::string_view text) noexcept {
  Reader in(text);
  return read_time(in) && in.at_end();
}

bool reads_as_timestamp(std::string_view text) noexcept { return is_instant(text, false); }
bool reads_as_timestamptz(std::string_view text) noexcept { return is_instant(text, true); }

bool reads_as_decimal(std::string_view text) noexcept {
  if (text == "NaN") return true;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text == "Infinity") return true;
  const auto eat_digits = [&text] {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  std::size_t digits = eat_digits();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += eat_digits();
  }
  if (digits == 0) return false;
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  text.remove_prefix(1);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return eat_digits() > 0 && text.empty();
}

bool reads_as_uuid(std::string_view text) {
  try {
    static_cast<void>(Uuid::parse(text));
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace pgjinja::jinja
