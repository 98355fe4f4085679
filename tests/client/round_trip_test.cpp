// Ten thousand random values of every type to a real server and back: as an array and as rows, in
// text at the first execution and in binary at the second. What comes back is what went, and the
// server writes it as this library does.

#include "client/server.hpp"

#include <pgjinja/core/durations.hpp>
#include <pgjinja/core/enum_labels.hpp>
#include <pgjinja/core/range.hpp>
#include <pgjinja/jinja/loader.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace pgjinja::test {

enum class Level { Low, High };

}  // namespace pgjinja::test

template <>
struct pgjinja::EnumLabels<pgjinja::test::Level> {
  static constexpr std::pair<test::Level, std::string_view> labels[] = {
      {test::Level::Low, "low"}, {test::Level::High, "\"high\", {1}\\"}};
};

namespace pgjinja {
namespace {

using test::client_with;
using test::Level;

constexpr std::uint64_t kSeed = 20'240'229;
constexpr std::size_t kCases = 10'000;

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
constexpr Date kFirstDay = std::chrono::year{-4712} / 1 / 1;
const Date kLastDay = Date(std::chrono::days(2'145'031'948));  // 5874897-12-31
constexpr TimestampTz kFirstInstant = kFirstDay;
constexpr std::int64_t kMicroseconds = std::numeric_limits<std::int64_t>::max();

template <class T>
T make(Dice& dice);

template <>
bool make(Dice& dice) {
  return dice.one_in(2);
}
template <>
std::int16_t make(Dice& dice) {
  return dice.integer<std::int16_t>();
}
template <>
std::int32_t make(Dice& dice) {
  return dice.integer<std::int32_t>();
}
template <>
std::int64_t make(Dice& dice) {
  return dice.integer<std::int64_t>();
}
/// Any bits are a number, or one of the NaNs, or an infinity.
template <>
double make(Dice& dice) {
  if (dice.one_in(30)) return std::numeric_limits<double>::infinity();
  return std::bit_cast<double>(dice.bits());
}
template <>
float make(Dice& dice) {
  if (dice.one_in(30)) return -std::numeric_limits<float>::infinity();
  return std::bit_cast<float>(static_cast<std::uint32_t>(dice.bits()));
}
template <>
std::string make(Dice& dice) {
  static constexpr const char* kPieces[] = {
      "a",  "B9", " ",    ",",          "{",      "}", "\"", "\\", "'",  "(", ")",
      "\n", "1",  "NULL", "\U0001F418", "\u00e9", "[", "]",  "\t", "$1", ";", "\U0010FFFF"};
  std::string out;
  for (auto n = dice.below(7); n > 0; --n) out += kPieces[dice.below(std::size(kPieces))];
  return out;
}
template <>
std::vector<std::byte> make(Dice& dice) {
  std::vector<std::byte> out(dice.below(12));
  for (std::byte& byte : out) byte = dice.one_in(4) ? std::byte{0} : std::byte(dice.below(256));
  return out;
}
template <>
std::array<std::byte, 3> make(Dice& dice) {
  return {std::byte(dice.below(256)), std::byte{0}, std::byte(dice.below(256))};
}
template <>
Date make(Dice& dice) {
  return Date(std::chrono::days(
      dice.between(kFirstDay.time_since_epoch().count(), kLastDay.time_since_epoch().count())));
}
template <>
TimeOfDay make(Dice& dice) {
  return {std::chrono::microseconds(dice.between(0, 86'400'000'000))};
}
template <>
TimestampTz make(Dice& dice) {
  return TimestampTz(std::chrono::microseconds(
      dice.one_in(2) ? dice.between(kFirstInstant.time_since_epoch().count(), 0)
                     : dice.between(0, kMicroseconds)));
}
template <>
Timestamp make(Dice& dice) {
  return Timestamp(make<TimestampTz>(dice).time_since_epoch());
}
template <>
std::chrono::sys_time<std::chrono::nanoseconds> make(Dice& dice) {
  return std::chrono::sys_time<std::chrono::nanoseconds>(
      std::chrono::microseconds(dice.between(-kMicroseconds / 1000, kMicroseconds / 1000)));
}
template <>
std::chrono::milliseconds make(Dice& dice) {
  return std::chrono::milliseconds(dice.between(-kMicroseconds / 1000, kMicroseconds / 1000));
}
template <>
std::chrono::year_month_day make(Dice& dice) {
  return Date(std::chrono::days(dice.between(kFirstDay.time_since_epoch().count(), 11'000'000)));
}
template <>
Interval make(Dice& dice) {
  const auto part = [&dice]<class T>(T) {
    return dice.one_in(3) ? T{} : static_cast<T>(dice.integer<T>() / 2);
  };
  return {part(std::int32_t{}), part(std::int32_t{}),
          std::chrono::microseconds(part(std::int64_t{}))};
}
template <>
Uuid make(Dice& dice) {
  Uuid uuid;
  for (auto& byte : uuid.bytes) byte = static_cast<std::uint8_t>(dice.below(256));
  return uuid;
}
template <>
Decimal make(Dice& dice) {
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
Json make(Dice& dice) {
  return {
      fmt::format("{{\"a\":  [{}, null, \"\U0001F418\\u00e9\\\"\"]}}", make<std::int64_t>(dice))};
}
template <>
Level make(Dice& dice) {
  return dice.one_in(2) ? Level::Low : Level::High;
}

template <class T>
constexpr bool kIsDiscrete = std::is_same_v<T, Date> || std::is_integral_v<T>;

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

/// Floats are the same when their bits are, or both are none.
template <class T>
bool same(const T& a, const T& b) {
  if constexpr (std::is_floating_point_v<T>) {
    return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
  } else {
    return a == b;
  }
}
template <class T>
bool same(const std::optional<T>& a, const std::optional<T>& b) {
  return a && b ? same(*a, *b) : a.has_value() == b.has_value();
}

/// What the server writes for the value; nullopt where it is not this library that says so.
template <class T>
std::optional<std::string> server_text(const T& value) {
  if constexpr (std::is_same_v<T, TimestampTz> || std::is_same_v<T, Range<TimestampTz>> ||
                std::is_same_v<T, Multirange<TimestampTz>>) {
    return std::nullopt;  // in the session's time zone
  } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    return std::to_string(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return value;
  } else if constexpr (std::is_same_v<T, Decimal> || std::is_same_v<T, Json>) {
    return value.text;
  } else if constexpr (requires { to_text(value); }) {
    return to_text(value);
  } else {
    return std::nullopt;
  }
}

template <class T>
struct Both {
  std::vector<T> values;
  std::vector<std::optional<std::string>> texts;
};

template <class T>
void expect_same(const std::vector<T>& went, const std::vector<T>& came, std::string_view how) {
  ASSERT_EQ(went.size(), came.size()) << how;
  for (std::size_t i = 0; i < went.size(); ++i) {
    ASSERT_TRUE(same<T>(went[i], came[i])) << how << ", value " << i << ", seed " << kSeed;
  }
}

/// In a session far from UTC.
Client client_far_away(test::Templates templates) {
  pg::Settings settings = test::server().settings();
  settings.keywords["options"] = "-c TimeZone=Asia/Kolkata";
  return Client({.connection = settings,
                 .pool = {.max_size = 1},
                 .loader = std::make_shared<jinja::MapLoader>(std::move(templates))});
}

template <class T>
void round_trip(const std::string& type) {
  SCOPED_TRACE(type);
  Dice dice;
  std::vector<T> values;
  for (std::size_t i = 0; i < kCases; ++i) values.push_back(Make<T>::value(dice));
  const Context arguments{{"v", values}};
  const Client db =
      client_far_away({{"array",
                        "SELECT v AS values, ARRAY(SELECT e::text FROM unnest(v) e) AS texts"
                        " FROM (SELECT {{ v }}::" +
                            type + "[] AS v) made"},
                       {"rows", "SELECT e FROM unnest({{ v }}::" + type + "[]) e"}});
  for (const char* format : {"text", "binary"}) {
    const auto both = db.query_one<Both<T>>("array", arguments);
    expect_same(values, both.values, format);
    expect_same(values, db.query<T>("rows", arguments), format);
    for (std::size_t i = 0; i < kCases; ++i) {
      if (const auto text = server_text(values[i])) {
        ASSERT_EQ(text, both.texts[i]) << format;
      }
    }
  }
}

TEST(RoundTrip, OfNumbers) {
  round_trip<bool>("bool");
  round_trip<std::int16_t>("int2");
  round_trip<std::int32_t>("int4");
  round_trip<std::int64_t>("int8");
  round_trip<float>("float4");
  round_trip<double>("float8");
  round_trip<Decimal>("numeric");
}

TEST(RoundTrip, OfTextsAndBytes) {
  round_trip<std::string>("text");
  round_trip<std::string>("varchar");
  round_trip<std::vector<std::byte>>("bytea");
  round_trip<std::array<std::byte, 3>>("bytea");
  round_trip<Uuid>("uuid");
  round_trip<Json>("json");
  client_with({}).run_script(R"(CREATE TYPE level AS ENUM ('low', '"high", {1}\'))");
  round_trip<Level>("level");
  round_trip<Level>("text");
}

TEST(RoundTrip, OfTimes) {
  round_trip<Date>("date");
  round_trip<TimeOfDay>("time");
  round_trip<Timestamp>("timestamp");
  round_trip<Interval>("interval");
  round_trip<std::chrono::sys_time<std::chrono::nanoseconds>>("timestamptz");
  round_trip<std::chrono::milliseconds>("interval");
  round_trip<std::chrono::year_month_day>("date");
  round_trip<TimestampTz>("timestamptz");
}

TEST(RoundTrip, OfRanges) {
  round_trip<Range<std::int32_t>>("int4range");
  round_trip<Range<std::int64_t>>("int8range");
  round_trip<Range<Decimal>>("numrange");
  round_trip<Range<Date>>("daterange");
  round_trip<Range<Timestamp>>("tsrange");
  round_trip<Range<TimestampTz>>("tstzrange");
  round_trip<Multirange<std::int32_t>>("int4multirange");
  round_trip<Multirange<Date>>("datemultirange");
  round_trip<Multirange<TimestampTz>>("tstzmultirange");
}

TEST(RoundTrip, OfNulls) {
  round_trip<std::optional<std::int64_t>>("int8");
  round_trip<std::optional<std::string>>("text");
  round_trip<std::optional<std::vector<std::byte>>>("bytea");
  round_trip<std::optional<Range<Date>>>("daterange");
}

/// Arrays cannot hold arrays, so each case is a row of its own parameter: one of 100 statements.
TEST(RoundTrip, OfNestedArrays) {
  using Texts = std::vector<std::vector<std::optional<std::string>>>;
  const Client db = client_with({{"arrays", "SELECT {{ v }}::text[]"}}, 1);
  Dice dice;
  for (int i = 0; i < 100; ++i) {
    Texts grid(dice.below(5));
    const auto width = 1 + dice.below(25);
    for (auto& row : grid) {
      for (std::size_t n = 0; n < width; ++n) {
        row.push_back(Make<std::optional<std::string>>::value(dice));
      }
    }
    EXPECT_EQ(db.query_one<Texts>("arrays", {{"v", grid}}), grid) << i;
  }
}

struct Leaf {
  std::optional<std::string> text;
  std::int64_t number;
  friend bool operator==(const Leaf&, const Leaf&) = default;
};
struct Branch {
  std::vector<Leaf> leaves;
  std::vector<std::optional<std::string>> texts;
  std::optional<Leaf> best;
  friend bool operator==(const Branch&, const Branch&) = default;
};

/// The server makes composites of what it was sent, of a type and without one.
TEST(RoundTrip, OfComposites) {
  client_with({}).run_script(
      "CREATE TYPE leaf AS (text text, number int8);"
      "CREATE TYPE branch AS (leaves leaf[], texts text[], best leaf)");
  const Client db = client_with(
      {{"branches",
        "SELECT array_agg(row(array[row(t, n), null, row(t || '', 0)]::leaf[], array[t, '', null],"
        " row(t, n))::branch ORDER BY i) AS typed,"
        " array_agg(row(array[row(t, n), row(t, 0)], array[t, '', null], row(t, n)) ORDER BY i)"
        " AS untyped FROM unnest({{ t }}::text[], {{ n }}::int8[]) WITH ORDINALITY AS u (t, n, "
        "i)"}},
      1);
  struct Typed {
    std::vector<std::optional<Leaf>> leaves;
    std::vector<std::optional<std::string>> texts;
    std::optional<Leaf> best;
  };
  struct Made {
    std::vector<Typed> typed;
    std::vector<Branch> untyped;
  };
  Dice dice;
  std::vector<std::optional<std::string>> texts;
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < kCases; ++i) {
    texts.push_back(Make<std::optional<std::string>>::value(dice));
    numbers.push_back(make<std::int64_t>(dice));
  }
  for (int time = 0; time < 2; ++time) {
    const auto made = db.query_one<Made>("branches", {{"t", texts}, {"n", numbers}});
    ASSERT_EQ(made.typed.size(), kCases);
    ASSERT_EQ(made.untyped.size(), kCases);
    for (std::size_t i = 0; i < kCases; ++i) {
      const Leaf leaf{texts[i], numbers[i]};
      const Leaf zero{texts[i], 0};
      const std::vector<std::optional<std::string>> around{texts[i], "", std::nullopt};
      ASSERT_EQ(made.untyped[i], (Branch{{leaf, zero}, around, leaf})) << i;
      ASSERT_EQ(made.typed[i].leaves, (std::vector<std::optional<Leaf>>{leaf, {}, zero})) << i;
      ASSERT_EQ(made.typed[i].texts, around) << i;
      ASSERT_EQ(made.typed[i].best, leaf) << i;
    }
  }
}

}  // namespace
}  // namespace pgjinja
