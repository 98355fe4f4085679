#include "core/calendar.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/core/scalars.hpp>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <system_error>

#include <fmt/format.h>

namespace pgjinja {

namespace {

using std::chrono::microseconds;

std::string date_part(Date date, bool& before_christ) {
  CivilDay civil = civil_from_days(date.time_since_epoch().count());
  before_christ = civil.year <= 0;  // year 0 of the calendar is 1 BC
  if (before_christ) civil.year = 1 - civil.year;
  return fmt::format("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day);
}

/// Unsigned, because the smallest interval has no positive counterpart.
void append_clock(std::string& out, std::uint64_t us) {
  const std::uint64_t seconds = us / 1'000'000;
  fmt::format_to(std::back_inserter(out), "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60,
                 seconds % 60);
  if (const std::uint64_t fraction = us % 1'000'000; fraction != 0) {
    fmt::format_to(std::back_inserter(out), ".{:06}", fraction);
    while (out.back() == '0') out.pop_back();
  }
}

std::string clock_part(microseconds since_midnight) {
  std::string out;
  append_clock(out, static_cast<std::uint64_t>(since_midnight.count()));
  return out;
}

std::string timestamp_text(microseconds since_epoch, std::string_view zone) {
  const DayAndClock parts = split_day(since_epoch.count());
  bool before_christ = false;
  std::string out = date_part(Date(std::chrono::days(parts.day)), before_christ);
  out += ' ';
  out += clock_part(microseconds(parts.microseconds));
  out += zone;
  if (before_christ) out += " BC";
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string to_text(Date date) {
  bool before_christ = false;
  std::string out = date_part(date, before_christ);
  if (before_christ) out += " BC";
  return out;
}
std::string to_text(Timestamp timestamp) {
  return timestamp_text(timestamp.time_since_epoch(), "");
}
std::string to_text(TimestampTz timestamp) {
  return timestamp_text(timestamp.time_since_epoch(), "+00");
}
std::string to_text(TimeOfDay time) { return clock_part(time.since_midnight); }

// As EncodeInterval() writes style "postgres": a positive count after a negative one gets a plus.
std::string to_text(const Interval& interval) {
  std::string out;
  bool after_negative = false;
  const auto count = [&](std::int32_t n, std::string_view unit) {
    if (n == 0) return;
    fmt::format_to(std::back_inserter(out), "{}{}{} {}{}", out.empty() ? "" : " ",
                   after_negative && n > 0 ? "+" : "", n, unit, n == 1 ? "" : "s");
    after_negative = n < 0;
  };
  count(interval.months / 12, "year");
  count(interval.months % 12, "mon");
  count(interval.days, "day");
  const std::int64_t us = interval.microseconds.count();
  if (us == 0 && !out.empty()) return out;
  if (!out.empty()) out += ' ';
  if (us < 0) {
    out += '-';
  } else if (after_negative) {
    out += '+';
  }
  append_clock(out, us < 0 ? 0 - static_cast<std::uint64_t>(us) : static_cast<std::uint64_t>(us));
  return out;
}

std::string to_text(const Uuid& uuid) {
  std::string out;
  out.reserve(36);
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += fmt::format("{:02x}", uuid.bytes[i]);
  }
  return out;
}

Uuid Uuid::parse(std::string_view text) {
  const auto bad = [text]() {
    return Error(ErrorKind::Runtime, fmt::format("'{}' is no uuid", text.substr(0, 64)));
  };
  std::string_view rest = text;
  if (rest.size() >= 2 && rest.front() == '{' && rest.back() == '}') {
    rest = rest.substr(1, rest.size() - 2);
  }
  Uuid uuid;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    // The server takes a hyphen after any group of four digits.
    if (rest[i] == '-' && digits > 0 && digits < 32 && digits % 4 == 0 && rest[i - 1] != '-')
      continue;
    const int digit = hex_digit(rest[i]);
    if (digit < 0 || digits == 32) throw bad();
    uuid.bytes[digits / 2] = static_cast<std::uint8_t>(uuid.bytes[digits / 2] << 4 | digit);
    ++digits;
  }
  if (digits != 32) throw bad();
  return uuid;
}

std::int64_t Decimal::to_int64() const {
  const std::string_view all = text;
  const std::size_t point = std::min(all.find('.'), all.size());
  const bool whole = all.find_first_not_of('0', point + 1) == std::string_view::npos;
  std::int64_t value = 0;
  const auto [stop, failure] = std::from_chars(all.data(), all.data() + point, value);
  if (failure != std::errc() || stop != all.data() + point || !whole) {
    throw Error(ErrorKind::Runtime, fmt::format("the decimal {} is no integer of 64 bits", text));
  }
  return value;
}

double Decimal::to_double() const {
  double value = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (stop != text.data() + text.size() || failure == std::errc::invalid_argument) {
    throw Error(ErrorKind::Runtime, fmt::format("the decimal {} is no number", text));
  }
  if (failure == std::errc()) return value;
  // Out of range: too large, or between zero and the smallest double.
  const bool small = text.starts_with("0.") || text.starts_with("-0.");
  if (!small) {
    throw Error(ErrorKind::Runtime, fmt::format("the decimal {} is beyond all doubles", text));
  }
  return text.starts_with('-') ? -0.0 : 0.0;
}

}  // namespace pgjinja
