#include "jinja/run/tagged_text.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace pgjinja::jinja {

namespace {

constexpr std::size_t kDateLength = 10;  // 2024-02-29

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Do the letters stand as in `pattern`, where 0 means any digit?
bool looks_like(std::string_view text, std::string_view pattern) {
  return std::equal(text.begin(), text.end(), pattern.begin(), pattern.end(),
                    [](char c, char p) { return p == '0' ? is_digit(c) : c == p; });
}

bool is_date(std::string_view text) { return looks_like(text, "0000-00-00"); }

int number(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

/// ".25" are 250000 microseconds; -1 for what is no fraction.
int microseconds(std::string_view fraction) {
  if (fraction.empty()) return 0;
  if (fraction.front() != '.' || fraction.size() < 2 || fraction.size() > 7) return -1;
  std::string digits(fraction.substr(1));
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return -1;
  digits.resize(6, '0');
  return number(digits);
}

bool append_date(std::string_view text, std::string& out) {
  if (!is_date(text)) return false;
  out += fmt::format("datetime.date({}, {}, {})", number(text.substr(0, 4)),
                     number(text.substr(5, 2)), number(text.substr(8, 2)));
  return true;
}

/// Seconds and microseconds are shown only as far as they are not zero.
bool append_timestamp(std::string_view text, std::string& out) {
  if (text.size() < 19 || !is_date(text.substr(0, kDateLength))) return false;
  const std::string_view clock = text.substr(11, 8);
  const int fraction = microseconds(text.substr(19));
  if (!looks_like(clock, "00:00:00") || fraction < 0) return false;
  std::vector<int> parts = {number(text.substr(0, 4)), number(text.substr(5, 2)),
                            number(text.substr(8, 2)), number(clock.substr(0, 2)),
                            number(clock.substr(3, 2))};
  const int seconds = number(clock.substr(6, 2));
  if (seconds != 0 || fraction != 0) parts.push_back(seconds);
  if (fraction != 0) parts.push_back(fraction);
  out += fmt::format("datetime.datetime({})", fmt::join(parts, ", "));
  return true;
}

}  // namespace

void append_tagged_str(const Value& text, std::string& out) {
  const std::size_t begin = out.size();
  out += text.as_text();
  const bool iso = text.text_tag() == TextTag::Timestamp && text.as_text().size() > kDateLength &&
                   text.as_text()[kDateLength] == 'T';
  if (iso) out[begin + kDateLength] = ' ';
}

bool append_tagged_repr(const Value& text, std::string& out) {
  switch (text.text_tag()) {
    case TextTag::None: return false;
    case TextTag::Decimal: out += fmt::format("Decimal('{}')", text.as_text()); return true;
    case TextTag::Uuid: out += fmt::format("UUID('{}')", text.as_text()); return true;
    case TextTag::Date: return append_date(text.as_text(), out);
    case TextTag::Timestamp: return append_timestamp(text.as_text(), out);
  }
  return false;
}

}  // namespace pgjinja::jinja
