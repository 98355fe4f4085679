#pragma once

#include <cstdint>

namespace pgjinja {

/// A day of the proleptic Gregorian calendar. Year 0 is 1 BC, -1 is 2 BC.
///
/// std::chrono::year ends at 32767; PostgreSQL's date ends in 5874897 AD (manual 8.5).
struct CivilDay {
  std::int64_t year;
  std::int32_t month;
  std::int32_t day;
};

constexpr bool is_leap(std::int64_t year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr std::int32_t days_in_month(std::int64_t year, std::int32_t month) noexcept {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Years are counted from March, so that the leap day is a year's last, and 400 years (146097 days)
// are one period; 719468 days lie between March 1st of year 0 and 1970-01-01.

/// Days since 1970-01-01.
constexpr std::int64_t days_from_civil(CivilDay civil) noexcept {
  const std::int64_t year = civil.year - (civil.month <= 2 ? 1 : 0);
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month = (civil.month + 9) % 12;
  const std::int64_t day_of_year = (153 * month + 2) / 5 + civil.day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

constexpr CivilDay civil_from_days(std::int64_t days) noexcept {
  const std::int64_t shifted = days + 719468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const std::int64_t day_of_era = shifted - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;
  const auto calendar_month = static_cast<std::int32_t>(month < 10 ? month + 3 : month - 9);
  return {year_of_era + era * 400 + (calendar_month <= 2 ? 1 : 0), calendar_month,
          static_cast<std::int32_t>(day_of_year - (153 * month + 2) / 5 + 1)};
}

/// An instant as its day and the microseconds since that day's midnight.
struct DayAndClock {
  std::int64_t day;
  std::int64_t microseconds;
};

/// Not by way of std::chrono::floor and a subtraction: that overflows on the first day of all.
constexpr DayAndClock split_day(std::int64_t microseconds) noexcept {
  constexpr std::int64_t kDay = 86'400'000'000;
  const std::int64_t clock = microseconds % kDay;
  const std::int64_t day = microseconds / kDay;
  return clock < 0 ? DayAndClock{day - 1, clock + kDay} : DayAndClock{day, clock};
}

}  // namespace pgjinja
