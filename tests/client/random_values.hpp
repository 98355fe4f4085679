#pragma once

#include <pgjinja/core/durations.hpp>
#include <pgjinja/core/enum_labels.hpp>
#include <pgjinja/core/range.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::test {

enum class Level { Low, High };

}  // namespace pgjinja::test

template <>
struct pgjinja::EnumLabels<pgjinja::test::Level> {
  static constexpr std::pair<test::Level, std::string_view> labels[] = {
      {test::Level::Low, "low"}, {test::Level::High, "\"high\", {1}\\"}};
};

namespace pgjinja::test {

inline constexpr std::uint64_t kSeed = 20'240'229;
class Dice {
 public:
  std::uint64_t bits() { return engine_(); }
  std::uint64_t below(std::uint64_t n) { return engine_() % n; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  /// All magnitudes alike, and the ends often.
  template <class T>
  T integer() {
    if (one_in(20))
      return one_in(2) ? std::numeric_limits<T>::min() : std::numeric_limits<T>::max();
    return static_cast<T>(static_cast<T>(bits()) >> below(std::numeric_limits<T>::digits + 1));
  }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    if (one_in(20)) return one_in(2) ? least : most;
    return least + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
  }

 private:
  std::mt19937_64 engine_{kSeed};
};

// What the server holds (manual table 8.9), as far as the epoch of 1970 reaches: see datetime.hpp.
inline constexpr Date kFirstDay = std::chrono::year{-4712} / 1 / 1;
inline const Date kLastDay = Date(std::chrono::days(2'145'031'948));  // 5874897-12-31
inline constexpr TimestampTz kFirstInstant = kFirstDay;
inline constexpr std::int64_t kMicroseconds = std::numeric_limits<std::int64_t>::max();

template <class T>
T make(Dice& dice);

template <>
inline bool make(Dice& dice) {
  return dice.one_in(2);
}
template <>
inline std::int16_t make(Dice& dice) {
  return dice.integer<std::int16_t>();
}
template <>
inline std::int32_t make(Dice& dice) {
  return dice.integer<std::int32_t>();
}
template <>
inline std::int64_t make(Dice& dice) {
  return dice.integer<std::int64_t>();
}
/// Any bits are a number, or one of the NaNs, or an infinity.
template <>
inline double make(Dice& dice) {
  if (dice.one_in(30)) return std::numeric_limits<double>::infinity();
  return std::bit_cast<double>(dice.bits());
}
template <>
inline float make(Dice& dice) {
  if (dice.one_in(30)) return -std::numeric_limits<float>::infinity();
  return std::bit_cast<float>(static_cast<std::uint32_t>(dice.bits()));
}
template <>
inline std::string make(Dice& dice) {
  static constexpr const char* kPieces[] = {
      "a",  "B9", " ",    ",",          "{",      "}", "\"", "\\", "'",  "(", ")",
      "\n", "1",  "NULL", "\U0001F418", "\u00e9", "[", "]",  "\t", "$1", ";", "\U0010FFFF"};
  std::string out;
  for (auto n = dice.below(7); n > 0; --n) out += kPieces[dice.below(std::size(kPieces))];
  return out;
}
template <>
inline std::vector<std::byte> make(Dice& dice) {
  std::vector<std::byte> out(dice.below(12));
  for (std::byte& byte : out) byte = dice.one_in(4) ? std::byte{0} : std::byte(dice.below(256));
  return out;
}
template <>
inline std::array<std::byte, 3> make(Dice& dice) {
  return {std::byte(dice.below(256)), std::byte{0}, std::byte(dice.below(256))};
}
template <>
inline Date make(Dice& dice) {
  return Date(std::chrono::days(
      dice.between(kFirstDay.time_since_epoch().count(), kLastDay.time_since_epoch().count())));
}
template <>
inline TimeOfDay make(Dice& dice) {
  return {std::chrono::microseconds(dice.between(0, 86'400'000'000))};
}
template <>
inline TimestampTz make(Dice& dice) {
  return TimestampTz(std::chrono::microseconds(
      dice.one_in(2) ? dice.between(kFirstInstant.time_since_epoch().count(), 0)
                     : dice.between(0, kMicroseconds)));
}
template <>
inline Timestamp make(Dice& dice) {
  return Timestamp(make<TimestampTz>(dice).time_since_epoch());
}
template <>
inline std::chrono::sys_time<std::chrono::nanoseconds> make(Dice& dice) {
  return std::chrono::sys_time<std::chrono::nanoseconds>(
      std::chrono::microseconds(dice.between(-kMicroseconds / 1000, kMicroseconds / 1000)));
}
template <>
inline std::chrono::milliseconds make(Dice& dice) {
  return std::chrono::milliseconds(dice.between(-kMicroseconds / 1000, kMicroseconds / 1000));
}
template <>
inline std::chrono::year_month_day make(Dice& dice) {
  return Date(std::chrono::days(dice.between(kFirstDay.time_since_epoch().count(), 11'000'000)));
}
template <>
inline Interval make(Dice& dice) {
  const auto part = [&dice]<class T>(T) {
    return dice.one_in(3) ? T{} : static_cast<T>(dice.integer<T>() / 2);
  };
  return {part(std::int32_t{}), part(std::int32_t{}),
          std::chrono::microseconds(part(std::int64_t{}))};
}
template <>
inline Uuid make(Dice& dice) {
  Uuid uuid;
  for (auto& byte : uuid.bytes) byte = static_cast<std::uint8_t>(dice.below(256));
  return uuid;
}
template <>
inline Decimal make(Dice& dice) {
  static constexpr const char* kOdd[] = {"NaN", "Infinity", "-Infinity", "0", "0.000", "-0.1"};
  if (dice.one_in(20)) return {kOdd[dice.below(std::size(kOdd))]};
  std::string digits;
  const auto append = [&](std::uint64_t most) {
    for (auto n = 1 + dice.below(most); n > 0; --n) {
      digits += static_cast<char>('0' + (dice.one_in(3) ? 0 : dice.below(10)));
    }
  };
  const std::uint64_t most = dice.one_in(50) ? 1000 : 20;
  digits += static_cast<char>('1' + dice.below(9));  // the server writes no zeros in front
  append(most);
  if (dice.one_in(2)) {
    digits += '.';
    append(most);
  }
  return {(dice.one_in(2) ? "-" : "") + digits};
}
template <>
inline Json make(Dice& dice) {
  return {
      fmt::format("{{\"a\":  [{}, null, \"\U0001F418\\u00e9\\\"\"]}}", make<std::int64_t>(dice))};
}
template <>
inline Level make(Dice& dice) {
  return dice.one_in(2) ? Level::Low : Level::High;
}

template <class T>
inline constexpr bool kIsDiscrete = std::is_same_v<T, Date> || std::is_integral_v<T>;

/// In the form that the server gives them; no bounds at the ends of a type, where a discrete range
/// has no such form.
template <class T>
Range<T> make_range(Dice& dice) {
  if (dice.one_in(10)) return {.empty = true};
  Range<T> range;
  if constexpr (std::is_same_v<T, Decimal>) {
    range.lower = Decimal{fmt::to_string(dice.between(-1000, -1)) + ".50"};
    range.upper = Decimal{fmt::to_string(dice.between(1, 1000))};
  } else {
    const auto first = make<T>(dice);
    const auto second = make<T>(dice);
    if (first == second) return {.empty = true};
    range.lower = std::min(first, second);
    range.upper = std::max(first, second);
  }
  if (!kIsDiscrete<T>) {
    range.lower_inclusive = dice.one_in(2);
    range.upper_inclusive = dice.one_in(2);
  }
  if (dice.one_in(5)) range.lower.reset();
  if (dice.one_in(5)) range.upper.reset();
  return range;
}

/// Random values of a type, with those at its ends, and those that texts have to quote, often.
template <class T>
struct Make {
  static T value(Dice& dice) { return make<T>(dice); }
};
template <class T>
struct Make<Range<T>> {
  static Range<T> value(Dice& dice) { return make_range<T>(dice); }
};
template <class T>
struct Make<Multirange<T>> {
  static Multirange<T> value(Dice& dice) {
    const Range<T> range = make_range<T>(dice);
    if (range.empty || dice.one_in(4)) return {};
    return {{range}};
  }
};
template <class T>
struct Make<std::optional<T>> {
  static std::optional<T> value(Dice& dice) {
    return dice.one_in(4) ? std::nullopt : std::optional<T>(Make<T>::value(dice));
  }
};

}  // namespace pgjinja::test
