#pragma once

#include <pgjinja/core/scalars.hpp>
#include <pgjinja/pg/types.hpp>

#include <string>

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

Timestamp read_timestamp_binary(Field field);
Timestamp read_timestamp_text(Field field);
std::string read_timestamp_binary_as_text(Field field);

TimestampTz read_timestamptz_binary(Field field);
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
