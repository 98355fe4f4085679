#include "pg/codec/datetime.hpp"

#include "core/calendar.hpp"
#include "pg/codec/datetime_text.hpp"
#include "pg/codec/field_bytes.hpp"

#include <limits>

namespace pgjinja::pg {

namespace {

using std::chrono::days;
using std::chrono::microseconds;

constexpr std::int64_t kEpochDays = days_from_civil({2000, 1, 1});  // the server's, after ours
constexpr std::int64_t kDay = 86'400'000'000;
// The largest and the smallest count stand for the infinities (DATEVAL_NOEND, DT_NOEND).
constexpr std::int32_t kDateEnd = std::numeric_limits<std::int32_t>::max();
constexpr std::int32_t kDateBegin = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kBegin = std::numeric_limits<std::int64_t>::min();

bool is_infinite(std::string_view text) { return text == "infinity" || text == "-infinity"; }

std::int32_t load_date(Field field) {
  expect_size(field, 4, "date");
  return static_cast<std::int32_t>(wire::load32(field.data));
}

/// Microseconds of a timestamp's text since 2000-01-01 (in UTC when it has a zone).
std::int64_t timestamp_of_text(Field field, bool zoned) {
  const std::string_view type = zoned ? "timestamp with time zone" : "timestamp";
  std::string_view text = field.bytes();
  if (is_infinite(text)) return text.starts_with('-') ? kBegin : kEnd;
  const bool before_christ = strip_before_christ(text);
  DatetimeText parts(text);
  const auto date = parts.date(before_christ);
  const auto clock = date && parts.skip(" ") ? parts.clock(2) : std::nullopt;
  const auto zone = zoned ? parts.zone() : std::optional<std::int64_t>(0);
  std::int64_t us = 0;
  if (!clock || !zone || !parts.done() || __builtin_mul_overflow(*date - kEpochDays, kDay, &us) ||
      __builtin_add_overflow(us, *clock - *zone * 1'000'000, &us)) {
    throw malformed(type, field);
  }
  return us;
}

/// Not by way of a chrono time point: that would overflow in the last thirty years.
std::string timestamp_to_text(std::int64_t us, bool zoned) {
  if (us == kEnd) return "infinity";
  if (us == kBegin) return "-infinity";
  const DayAndClock parts = split_day(us);
  std::string out = to_text(Date(days(parts.day + kEpochDays)));
  const bool before_christ = out.ends_with(" BC");
  if (before_christ) out.resize(out.size() - 3);
  out += ' ';
  out += to_text(TimeOfDay{microseconds(parts.microseconds)});
  if (zoned) out += "+00";
  if (before_christ) out += " BC";
  return out;
}

Error infinite_date() { return does_not_fit("an infinite date", "a Date"); }

}  // namespace

void throw_beyond_1970(std::int64_t us, std::string_view target) {
  if (us == kEnd || us == kBegin) throw does_not_fit("an infinite timestamp", target);
  throw does_not_fit("the timestamp " + timestamp_to_text(us, false), target);
}

Date read_date_binary(Field field) {
  const std::int32_t count = load_date(field);
  if (count == kDateEnd || count == kDateBegin) throw infinite_date();
  return Date(days(count + kEpochDays));
}
Date read_date_text(Field field) {
  std::string_view text = field.bytes();
  if (is_infinite(text)) throw infinite_date();
  const bool before_christ = strip_before_christ(text);
  DatetimeText parts(text);
  const auto date = parts.date(before_christ);
  if (!date || !parts.done()) throw malformed("date", field);
  return Date(days(*date));
}
std::string read_date_binary_as_text(Field field) {
  const std::int32_t count = load_date(field);
  if (count == kDateEnd) return "infinity";
  if (count == kDateBegin) return "-infinity";
  return to_text(read_date_binary(field));
}

TimeOfDay read_time_binary(Field field) {
  const std::int64_t us = load_int64(field, "time");
  if (us < 0 || us > kDay) throw malformed("time", field);
  return {microseconds(us)};
}
TimeOfDay read_time_text(Field field) {
  DatetimeText parts(field.bytes());
  const auto clock = parts.clock(2);
  if (!clock || *clock > kDay || !parts.done()) throw malformed("time", field);
  return {microseconds(*clock)};
}
microseconds read_time_binary_as_duration(Field field) {
  return read_time_binary(field).since_midnight;
}
microseconds read_time_text_as_duration(Field field) {
  return read_time_text(field).since_midnight;
}
std::string read_time_binary_as_text(Field field) { return to_text(read_time_binary(field)); }

Timestamp read_timestamp_text(Field field) {
  return Timestamp(since_1970(timestamp_of_text(field, false), "a Timestamp"));
}
std::string read_timestamp_binary_as_text(Field field) {
  return timestamp_to_text(load_int64(field, "timestamp"), false);
}

TimestampTz read_timestamptz_text(Field field) {
  return TimestampTz(since_1970(timestamp_of_text(field, true), "a TimestampTz"));
}
std::string read_timestamptz_binary_as_text(Field field) {
  return timestamp_to_text(load_int64(field, "timestamp with time zone"), true);
}
std::string read_timestamptz_text_as_text(Field field) {
  return timestamp_to_text(timestamp_of_text(field, true), true);
}

}  // namespace pgjinja::pg
