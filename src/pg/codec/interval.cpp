#include "pg/codec/datetime.hpp"
#include "pg/codec/datetime_text.hpp"
#include "pg/codec/field_bytes.hpp"

#include <limits>
#include <optional>

#include <fmt/format.h>

namespace pgjinja::pg {

namespace {

using std::chrono::microseconds;

template <class T>
constexpr T kMost = std::numeric_limits<T>::max();
template <class T>
constexpr T kLeast = std::numeric_limits<T>::min();

Interval load(Field field) {
  expect_size(field, 16, "interval");
  return {static_cast<std::int32_t>(wire::load32(field.data + 12)),
          static_cast<std::int32_t>(wire::load32(field.data + 8)),
          microseconds(static_cast<std::int64_t>(load64(field.data)))};
}

/// From PostgreSQL 17 on, all three counts at their ends mean an infinity.
bool is_end(const Interval& i) {
  return i.months == kMost<std::int32_t> && i.days == kMost<std::int32_t> &&
         i.microseconds.count() == kMost<std::int64_t>;
}
bool is_begin(const Interval& i) {
  return i.months == kLeast<std::int32_t> && i.days == kLeast<std::int32_t> &&
         i.microseconds.count() == kLeast<std::int64_t>;
}

Error infinite() { return does_not_fit("an infinite interval", "an Interval"); }

microseconds duration_of(const Interval& interval) {
  if (interval.months != 0) {
    throw does_not_fit(fmt::format("the interval {}", to_text(interval)), "a duration")
        .hint("a month has no fixed length; make the member pgjinja::Interval");
  }
  constexpr std::int64_t kDay = 86'400'000'000;
  std::int64_t us = 0;
  if (__builtin_mul_overflow(kDay, interval.days, &us) ||
      __builtin_add_overflow(us, interval.microseconds.count(), &us)) {
    throw does_not_fit(fmt::format("the interval {}", to_text(interval)), "a duration");
  }
  return microseconds(us);
}

/// Reads the parts "[+|-]N unit" and "[+|-]HH:MM:SS.ffffff" that are separated by blanks.
class IntervalText {
 public:
  explicit IntervalText(std::string_view text) : text_(text) {}

  std::optional<Interval> read() {
    while (!text_.empty()) {
      const std::string_view part = text_.substr(0, text_.find(' '));
      const bool taken = part.find(':') == std::string_view::npos ? count() : clock(part);
      if (!taken) return std::nullopt;
    }
    if (months_ > kMost<std::int32_t> || months_ < kLeast<std::int32_t> ||
        days_ > kMost<std::int32_t> || days_ < kLeast<std::int32_t>) {
      return std::nullopt;
    }
    return Interval{static_cast<std::int32_t>(months_), static_cast<std::int32_t>(days_),
                    microseconds(microseconds_)};
  }

 private:
  static bool take_sign(std::string_view& part) {
    const bool negative = part.starts_with('-');
    if (negative || part.starts_with('+')) part.remove_prefix(1);
    return negative;
  }

  void drop(std::size_t size) { text_.remove_prefix(std::min(size + 1, text_.size())); }

  bool count() {
    std::string_view part = text_.substr(0, text_.find(' '));
    drop(part.size());
    const bool negative = take_sign(part);
    DatetimeText digits(part);
    const auto number = digits.number(1, 10);
    if (!number || !digits.done()) return false;
    const std::int64_t n = negative ? -*number : *number;
    const std::string_view unit = text_.substr(0, text_.find(' '));
    drop(unit.size());
    if (unit.starts_with("year")) {
      months_ += 12 * n;
    } else if (unit.starts_with("mon")) {
      months_ += n;
    } else if (unit.starts_with("day")) {
      days_ += n;
    } else {
      return false;
    }
    return true;
  }

  bool clock(std::string_view part) {
    drop(part.size());
    const bool negative = take_sign(part);
    // The smallest interval's magnitude is one too large for its type.
    if (negative && part == "2562047788:00:54.775808") {
      microseconds_ = kLeast<std::int64_t>;
      return true;
    }
    DatetimeText digits(part);
    const auto us = digits.clock(10);
    if (!us || !digits.done()) return false;
    microseconds_ = negative ? -*us : *us;
    return true;
  }

  std::string_view text_;
  std::int64_t months_ = 0;
  std::int64_t days_ = 0;
  std::int64_t microseconds_ = 0;
};

}  // namespace

Interval read_interval_binary(Field field) {
  const Interval interval = load(field);
  if (is_end(interval) || is_begin(interval)) throw infinite();
  return interval;
}

Interval read_interval_text(Field field) {
  if (field.bytes() == "infinity" || field.bytes() == "-infinity") throw infinite();
  const auto interval = IntervalText(field.bytes()).read();
  if (!interval || field.size == 0) throw malformed("interval", field);
  return *interval;
}

microseconds read_interval_binary_as_duration(Field field) {
  return duration_of(read_interval_binary(field));
}
microseconds read_interval_text_as_duration(Field field) {
  return duration_of(read_interval_text(field));
}

std::string read_interval_binary_as_text(Field field) {
  const Interval interval = load(field);
  if (is_end(interval)) return "infinity";
  if (is_begin(interval)) return "-infinity";
  return to_text(interval);
}

}  // namespace pgjinja::pg
