#include "pg/codec/datetime_text.hpp"

#include "core/calendar.hpp"

namespace pgjinja::pg {

bool DatetimeText::skip(std::string_view expected) noexcept {
  if (!rest_.starts_with(expected)) return false;
  rest_.remove_prefix(expected.size());
  return true;
}

std::optional<std::int64_t> DatetimeText::number(std::size_t least, std::size_t most) noexcept {
  std::int64_t value = 0;
  std::size_t digits = 0;
  while (digits < rest_.size() && digits < most && rest_[digits] >= '0' && rest_[digits] <= '9') {
    value = value * 10 + (rest_[digits++] - '0');
  }
  if (digits < least) return std::nullopt;
  rest_.remove_prefix(digits);
  return value;
}

std::optional<std::int64_t> DatetimeText::date(bool before_christ) noexcept {
  const auto year = number(4, 7);
  if (!year || !skip("-")) return std::nullopt;
  const auto month = number(2, 2);
  if (!month || *month < 1 || *month > 12 || !skip("-")) return std::nullopt;
  const auto day = number(2, 2);
  CivilDay civil{before_christ ? 1 - *year : *year, static_cast<std::int32_t>(*month), 0};
  if (!day || *day < 1 || *day > days_in_month(civil.year, civil.month)) return std::nullopt;
  civil.day = static_cast<std::int32_t>(*day);
  return days_from_civil(civil);
}

std::optional<std::int64_t> DatetimeText::clock(std::size_t hour_digits) noexcept {
  const auto hours = number(2, hour_digits);
  if (!hours || !skip(":")) return std::nullopt;
  const auto minutes = number(2, 2);
  if (!minutes || *minutes > 59 || !skip(":")) return std::nullopt;
  const auto seconds = number(2, 2);
  if (!seconds || *seconds > 60) return std::nullopt;
  std::int64_t fraction = 0;
  if (skip(".")) {
    const std::size_t before = rest_.size();
    const auto digits = number(1, 6);
    if (!digits) return std::nullopt;
    fraction = *digits;
    for (std::size_t n = before - rest_.size(); n < 6; ++n) fraction *= 10;
  }
  std::int64_t us = 0;
  const std::int64_t below_hours = (*minutes * 60 + *seconds) * 1'000'000 + fraction;
  if (__builtin_mul_overflow(*hours, std::int64_t{3'600'000'000}, &us) ||
      __builtin_add_overflow(us, below_hours, &us)) {
    return std::nullopt;
  }
  return us;
}

std::optional<std::int64_t> DatetimeText::zone() noexcept {
  const bool west = skip("-");
  if (!west && !skip("+")) return std::nullopt;
  const auto hours = number(2, 2);
  if (!hours) return std::nullopt;
  std::int64_t seconds = *hours * 3600;
  for (const std::int64_t unit : {60, 1}) {
    if (!skip(":")) break;
    const auto part = number(2, 2);
    if (!part || *part > 59) return std::nullopt;
    seconds += *part * unit;
  }
  return west ? -seconds : seconds;
}

bool strip_before_christ(std::string_view& text) noexcept {
  constexpr std::string_view kSuffix = " BC";
  if (!text.ends_with(kSuffix)) return false;
  text.remove_suffix(kSuffix.size());
  return true;
}

}  // namespace pgjinja::pg
