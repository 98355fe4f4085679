#pragma once

#include <pgjinja/core/scalars.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pgjinja {

/// The bounds that PostgreSQL's built-in ranges have (manual 8.17.1): of int4range, int8range,
/// numrange, daterange, tsrange and tstzrange.
template <class T>
inline constexpr bool kIsRangeBound = false;
template <>
inline constexpr bool kIsRangeBound<std::int32_t> = true;
template <>
inline constexpr bool kIsRangeBound<std::int64_t> = true;
template <>
inline constexpr bool kIsRangeBound<Decimal> = true;
template <>
inline constexpr bool kIsRangeBound<Date> = true;
template <>
inline constexpr bool kIsRangeBound<Timestamp> = true;
template <>
inline constexpr bool kIsRangeBound<TimestampTz> = true;

/// A range of PostgreSQL's: `Range<std::int32_t>{.lower = 1, .upper = 5}` is "[1,5)". The server
/// gives ranges of integers and dates in this form whatever they were written as (8.17.7).
template <class T>
  requires kIsRangeBound<T>
struct Range {
  std::optional<T> lower = {};  ///< nullopt: without a bound
  std::optional<T> upper = {};
  bool lower_inclusive = true;
  bool upper_inclusive = false;
  bool empty = false;  ///< it holds nothing; the other members mean nothing then

  /// Is it the same range? What means nothing is not compared: a bound that is not there is neither
  /// inclusive nor exclusive.
  friend bool operator==(const Range& a, const Range& b) {
    if (a.empty || b.empty) return a.empty == b.empty;
    return a.lower == b.lower && a.upper == b.upper &&
           (!a.lower || a.lower_inclusive == b.lower_inclusive) &&
           (!a.upper || a.upper_inclusive == b.upper_inclusive);
  }
};

/// A multirange of PostgreSQL's; what comes from the server is ordered, and nothing overlaps.
template <class T>
  requires kIsRangeBound<T>
struct Multirange {
  std::vector<Range<T>> ranges;
  friend bool operator==(const Multirange&, const Multirange&) = default;
};

/// As PostgreSQL reads and writes them (8.17.5): "[2024-02-29,)", "empty", "{[1,5),[7,)}". As
/// parameters they are this text.
template <class T>
std::string to_text(const Range<T>& range);
template <class T>
std::string to_text(const Multirange<T>& multirange);

}  // namespace pgjinja
