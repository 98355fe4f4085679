// Ten thousand random values of every type to a real server and back: as an array and as rows, in
// text at the first execution and in binary at the second. What comes back is what went, and the
// server writes it as this library does.

#include "client/random_values.hpp"
#include "client/server.hpp"

#include <pgjinja/core/range.hpp>
#include <pgjinja/jinja/loader.hpp>

#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using test::client_with;
using test::Dice;
using test::kSeed;
using test::Level;
using test::Make;

constexpr std::size_t kCases = 10'000;

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
    numbers.push_back(Make<std::int64_t>::value(dice));
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
