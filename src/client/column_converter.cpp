#include <pgjinja/client/column_converter.hpp>
#include <pgjinja/core/error.hpp>

#include <fmt/format.h>

namespace pgjinja::detail {

void throw_unknown_label(std::string_view label, const std::vector<std::string_view>& labels) {
  throw Error(ErrorKind::Mapping, fmt::format("\"{}\" is none of its labels", label))
      .detail(fmt::format("labels: {}", fmt::join(labels, ", ")))
      .hint("add the label to EnumLabels");
}

std::string duration_label(std::intmax_t numerator, std::intmax_t denominator) {
  constexpr struct {
    std::intmax_t numerator, denominator;
    std::string_view name;
  } kUnits[] = {{1, 1'000'000'000, "nanoseconds"},
                {1, 1'000'000, "microseconds"},
                {1, 1000, "milliseconds"},
                {1, 1, "seconds"},
                {60, 1, "minutes"},
                {3600, 1, "hours"},
                {86'400, 1, "days"}};
  for (const auto& unit : kUnits) {
    if (unit.numerator == numerator && unit.denominator == denominator) {
      return fmt::format("std::chrono::{}", unit.name);
    }
  }
  return "std::chrono::duration";
}

void throw_inexact(std::chrono::microseconds value) {
  throw Error(
      ErrorKind::Mapping,
      fmt::format("{} microseconds cannot be counted in its unit without loss", value.count()))
      .hint("round it in SQL (date_trunc), or take microseconds");
}

std::chrono::year_month_day to_calendar(Date date) {
  using std::chrono::year;
  constexpr Date kFirst = year::min() / std::chrono::January / 1;
  constexpr Date kLast = year::max() / std::chrono::December / 31;
  if (date < kFirst || date > kLast) {
    throw Error(ErrorKind::Mapping,
                fmt::format("the year of {} is beyond std::chrono::year", to_text(date)))
        .hint("take it as pgjinja::Date");
  }
  return date;
}

}  // namespace pgjinja::detail
