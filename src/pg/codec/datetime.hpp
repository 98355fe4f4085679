#pragma once

#include "pg/codec/field_bytes.hpp"

#include <pgjinja/core/scalars.hpp>
#include <pgjinja/pg/types.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace pgjinja::pg {

// Fields of date, time, timestamp and timestamptz, in binary and in DateStyle ISO (manual 8.5).
// Infinite ones, and the last thirty years that PostgreSQL's epoch of 2000 reaches and that of 1970
// does not, fit no chrono type: Error{Mapping}. As text they are what the server writes.
Date read_date_binary(Field field);
Date read_date_text(Field field);
std::string read_date_binary_as_text(Field field);

TimeOfDay read_time_binary(Field field);
TimeOfDay read_time_text(Field field);
std::string read_time_binary_as_text(Field field);
std::chrono::microseconds read_time_binary_as_duration(Field field);
std::chrono::microseconds read_time_text_as_duration(Field field);

/// The microseconds are since 2000. @throws Error{Mapping}
[[noreturn]] void throw_beyond_1970(std::int64_t us, std::string_view target);
/// Microseconds since 2000, as the server counts them, to those since 1970.
inline std::chrono::microseconds since_1970(std::int64_t us, std::string_view target) {
  constexpr std::int64_t kBetween = 946'684'800'000'000;
  std::int64_t moved = 0;
  // The smallest count is an infinity; the largest, which is the other one, overflows.
  if (us == std::numeric_limits<std::int64_t>::min() ||
      __builtin_add_overflow(us, kBetween, &moved)) {
    throw_beyond_1970(us, target);
  }
  return std::chrono::microseconds(moved);
}

inline Timestamp read_timestamp_binary(Field field) {
  return Timestamp(since_1970(load_int64(field, "timestamp"), "a Timestamp"));
}
Timestamp read_timestamp_text(Field field);
std::string read_timestamp_binary_as_text(Field field);

inline TimestampTz read_timestamptz_binary(Field field) {
  return TimestampTz(since_1970(load_int64(field, "timestamp with time zone"), "a TimestampTz"));
}
TimestampTz read_timestamptz_text(Field field);
std::string read_timestamptz_binary_as_text(Field field);
/// In UTC whatever the session's time zone is, so that text and binary results are the same.
std::string read_timestamptz_text_as_text(Field field);

// Fields of interval, in binary and in IntervalStyle postgres (manual 8.5.4, 8.5.5).
Interval read_interval_binary(Field field);
Interval read_interval_text(Field field);
std::string read_interval_binary_as_text(Field field);
/// A day counts 24 hours, as in an interval that is the difference of two timestamps (9.9). A month
/// has no fixed length: Error{Mapping}.
std::chrono::microseconds read_interval_binary_as_duration(Field field);
std::chrono::microseconds read_interval_text_as_duration(Field field);

}  // namespace pgjinja::pg
