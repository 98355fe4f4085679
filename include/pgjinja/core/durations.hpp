#pragma once

#include <pgjinja/core/scalars.hpp>
#include <pgjinja/core/value.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <ratio>
#include <utility>

// The types of std::chrono that are not PostgreSQL's own (whose unit is the microsecond): time
// points and durations of other units, and calendar days. They are converted where nothing is lost,
// and refused otherwise.

namespace pgjinja {

namespace detail {

/// count * numerator / denominator when that is a whole number of 64 bits.
std::optional<std::int64_t> scaled(std::int64_t count, std::int64_t numerator,
                                   std::int64_t denominator) noexcept;

template <class D>
inline constexpr bool kIsDuration = false;
/// Floating point has no exact microseconds.
template <class Rep, class Period>
inline constexpr bool kIsDuration<std::chrono::duration<Rep, Period>> =
    std::integral<Rep> && sizeof(Rep) <= 8;

}  // namespace detail

template <class D>
concept WholeDuration = detail::kIsDuration<D>;

/// The duration in another unit, when that is exact.
template <WholeDuration To, WholeDuration From>
std::optional<To> exactly(From from) noexcept {
  using Scale = std::ratio_divide<typename From::period, typename To::period>;
  if (!std::in_range<std::int64_t>(from.count())) return std::nullopt;
  const auto count =
      detail::scaled(static_cast<std::int64_t>(from.count()), Scale::num, Scale::den);
  if (!count || !std::in_range<typename To::rep>(*count)) return std::nullopt;
  return To(static_cast<typename To::rep>(*count));
}

namespace detail {

/// @throws Error{Encode} for a part of a microsecond, or more of them than PostgreSQL counts.
[[noreturn]] void throw_no_microseconds();
/// @throws Error{Encode}
[[noreturn]] void throw_no_day();

template <WholeDuration D>
std::chrono::microseconds microseconds_of(D duration) {
  const auto exact = exactly<std::chrono::microseconds>(duration);
  if (!exact) throw_no_microseconds();
  return *exact;
}

}  // namespace detail

/// As arguments they are the text of a timestamptz, timestamp, interval and date.
/// @throws Error{Encode} for what is finer than a microsecond, and days that are not ok().
template <WholeDuration D>
  requires(!std::same_as<D, std::chrono::days> && !std::same_as<D, std::chrono::microseconds>)
struct ValueConverter<std::chrono::sys_time<D>> {
  static Value convert(const std::chrono::sys_time<D>& time) {
    return {TimestampTz(detail::microseconds_of(time.time_since_epoch()))};
  }
};
template <WholeDuration D>
  requires(!std::same_as<D, std::chrono::microseconds>)
struct ValueConverter<std::chrono::local_time<D>> {
  static Value convert(const std::chrono::local_time<D>& time) {
    return {Timestamp(detail::microseconds_of(time.time_since_epoch()))};
  }
};
template <WholeDuration D>
struct ValueConverter<D> {
  static Value convert(const D& duration) {
    return {Interval{0, 0, detail::microseconds_of(duration)}};
  }
};
template <>
struct ValueConverter<std::chrono::year_month_day> {
  static Value convert(const std::chrono::year_month_day& day) {
    if (!day.ok()) detail::throw_no_day();
    return {Date(day)};
  }
};

}  // namespace pgjinja
