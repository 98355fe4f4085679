#pragma once

#include <pgjinja/core/value.hpp>

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace pgjinja {

/// PostgreSQL `date` (manual 8.5) without its infinities.
using Date = std::chrono::sys_days;
/// PostgreSQL `timestamp`: a wall clock reading that names no instant.
using Timestamp = std::chrono::local_time<std::chrono::microseconds>;
/// PostgreSQL `timestamptz`: an instant, in UTC.
using TimestampTz = std::chrono::sys_time<std::chrono::microseconds>;

/// PostgreSQL `time`: microseconds since midnight, 0 … 86'400'000'000 (24:00:00 is a time there).
struct TimeOfDay {
  std::chrono::microseconds since_midnight{};
  friend auto operator<=>(const TimeOfDay&, const TimeOfDay&) = default;
};

/// PostgreSQL `interval`: three counts that are not interchangeable (a month has no fixed length).
struct Interval {
  std::int32_t months = 0;
  std::int32_t days = 0;
  std::chrono::microseconds microseconds{};
  friend bool operator==(const Interval&, const Interval&) = default;
};

/// PostgreSQL `uuid`, bytes in the order in which they are written.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  friend auto operator<=>(const Uuid&, const Uuid&) = default;
  /// Reads any form that the server takes: with or without hyphens and braces.
  /// @throws Error{Runtime}
  static Uuid parse(std::string_view text);
};

/// PostgreSQL `numeric`, without loss, as the server writes it: "12.50", "NaN", "Infinity".
/// Equal are two with the same text: 1.0 is not 1.00, whose precision says more. Compare numbers in
/// SQL, or as what they are converted to.
struct Decimal {
  std::string text;
  /// The same number. @throws Error{Runtime} unless it is a whole one ("12.00" is) in 64 bits.
  [[nodiscard]] std::int64_t to_int64() const;
  /// The nearest double, which seldom is the same number; NaN and the infinities are themselves.
  /// @throws Error{Runtime} for one beyond all doubles, or a text that is no number.
  [[nodiscard]] double to_double() const;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};

/// PostgreSQL `json` / `jsonb`: its text, unparsed.
struct Json {
  std::string text;
  friend bool operator==(const Json&, const Json&) = default;
};

/// Each as PostgreSQL reads and writes it with `DateStyle` ISO (manual 8.5.2):
/// "2024-02-29", "0044-03-15 BC", "2024-02-29 12:00:00.5", "… +00", "1 mon -2 days +03:00:00".
std::string to_text(Date date);
std::string to_text(Timestamp timestamp);
std::string to_text(TimestampTz timestamp);
std::string to_text(TimeOfDay time);
std::string to_text(const Interval& interval);
std::string to_text(const Uuid& uuid);

/// As a parameter each of them is its text; the server reads it in the type that it expects.
template <class T>
  requires requires(const T& t) {
    { to_text(t) } -> std::same_as<std::string>;
  }
struct ValueConverter<T> {
  static Value convert(const T& t) { return {to_text(t)}; }
};
template <>
struct ValueConverter<Decimal> {
  static Value convert(const Decimal& d) { return {d.text}; }
};
template <>
struct ValueConverter<Json> {
  static Value convert(const Json& j) { return {j.text}; }
};

}  // namespace pgjinja
