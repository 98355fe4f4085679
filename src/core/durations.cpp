#include <pgjinja/core/durations.hpp>
#include <pgjinja/core/error.hpp>

namespace pgjinja::detail {

std::optional<std::int64_t> scaled(std::int64_t count, std::int64_t numerator,
                                   std::int64_t denominator) noexcept {
  // The two have no common divisor, so nothing is lost only if the count itself can be divided.
  if (count % denominator != 0) return std::nullopt;
  std::int64_t product = 0;
  if (__builtin_mul_overflow(count / denominator, numerator, &product)) return std::nullopt;
  return product;
}

void throw_no_microseconds() {
  throw Error(ErrorKind::Encode,
              "a time or duration that is not a whole number of microseconds, or too long to count "
              "in them, cannot be a parameter")
      .hint("PostgreSQL counts in microseconds; round it with std::chrono::floor or round");
}

void throw_no_day() {
  throw Error(ErrorKind::Encode,
              "a std::chrono::year_month_day that is no day of the calendar "
              "cannot be a parameter");
}

}  // namespace pgjinja::detail
