#include "core/calendar.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/core/scalars.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using std::chrono::days;
using std::chrono::microseconds;

TEST(Calendar, AgreesWithTheKnownDays) {
  struct Row {
    CivilDay civil;
    std::int64_t days;
  };
  for (const Row& row : {Row{{1970, 1, 1}, 0},
                         {{2000, 2, 29}, 11016},
                         {{1969, 12, 31}, -1},
                         {{-4712, 1, 1}, -2440550},      // 4713 BC
                         {{294276, 12, 31}, 106762939},  // timestamp's last day
                         {{5874897, 12, 31}, 2145042905}}) {
    EXPECT_EQ(days_from_civil(row.civil), row.days);
    const CivilDay back = civil_from_days(row.days);
    EXPECT_EQ(back.year, row.civil.year);
    EXPECT_EQ(back.month, row.civil.month);
    EXPECT_EQ(back.day, row.civil.day);
  }
}

TEST(Calendar, GoesThereAndBackOverFourHundredYears) {
  for (std::int64_t day = -200'000; day < 200'000; ++day) {
    ASSERT_EQ(days_from_civil(civil_from_days(day)), day);
  }
}

TEST(Scalars, DatesAreWrittenAsTheServerDoes) {
  struct Row {
    std::int64_t days;
    std::string text;
  };
  for (const Row& row : {Row{0, "1970-01-01"},
                         {-719163, "0001-12-31 BC"},
                         {-719162, "0001-01-01"},
                         {-2440550, "4713-01-01 BC"},
                         {106762939, "294276-12-31"},
                         {2145042905, "5874897-12-31"}}) {
    EXPECT_EQ(to_text(Date(days(row.days))), row.text);
  }
}

TEST(Scalars, TimestampsKeepTheirFraction) {
  EXPECT_EQ(to_text(Timestamp(microseconds(-1))), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(to_text(Timestamp(microseconds::min())), "290309-12-21 19:59:05.224192 BC");
  EXPECT_EQ(to_text(TimestampTz(microseconds(1'500'000))), "1970-01-01 00:00:01.5+00");
  EXPECT_EQ(to_text(TimeOfDay{microseconds(86'400'000'000)}), "24:00:00");
}

TEST(Decimal, IsAnIntegerOrAnError) {
  for (const auto& [text, number] :
       {std::pair<const char*, std::int64_t>{"0", 0},
        {"-7", -7},
        {"12.000", 12},
        {"-0.0", 0},
        {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
        {"-9223372036854775808.00", std::numeric_limits<std::int64_t>::min()}}) {
    EXPECT_EQ(Decimal{text}.to_int64(), number) << text;
  }
  for (const char* text :
       {"", "12.5", "12.05", "NaN", "Infinity", "9223372036854775808", "1x", ".5", "1.0x", "-"}) {
    try {
      static_cast<void>(Decimal{text}.to_int64());
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.message(), "the decimal " + std::string(text) + " is no integer of 64 bits");
    }
  }
}

TEST(Decimal, IsTheNearestDoubleOrAnError) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::string zeros(400, '0');
  for (const auto& [text, number] : {std::pair<std::string, double>{"0.1", 0.1},
                                     {"-12.50", -12.5},
                                     {"9007199254740993", 9007199254740992.0},
                                     {"Infinity", infinity},
                                     {"-Infinity", -infinity},
                                     {"0." + zeros + "1", 0.0},
                                     {"-0." + zeros + "1", -0.0}}) {
    EXPECT_EQ(Decimal{text}.to_double(), number) << text;
    EXPECT_EQ(std::signbit(Decimal{text}.to_double()), std::signbit(number)) << text;
  }
  EXPECT_TRUE(std::isnan(Decimal{"NaN"}.to_double()));
  const auto message = [](const std::string& text) {
    try {
      static_cast<void>(Decimal{text}.to_double());
    } catch (const Error& error) {
      return error.message();
    }
    return std::string();
  };
  EXPECT_EQ(message("1" + zeros), "the decimal 1" + zeros + " is beyond all doubles");
  EXPECT_EQ(message("1,5"), "the decimal 1,5 is no number");
  EXPECT_EQ(message(""), "the decimal  is no number");
}

TEST(Scalars, IntervalsAreWrittenAsTheServerDoes) {
  struct Row {
    Interval interval;
    std::string text;
  };
  const auto largest = std::numeric_limits<std::int64_t>::max();
  for (const Row& row :
       {Row{{0, 0, microseconds(0)}, "00:00:00"},
        {{14, -3, microseconds(14706789000)}, "1 year 2 mons -3 days +04:05:06.789"},
        {{-12, 1, microseconds(0)}, "-1 years +1 day"},
        {{-13, 0, microseconds(0)}, "-1 years -1 mons"},
        {{1, -1, microseconds(0)}, "1 mon -1 days"},
        {{-1, 1, microseconds(3'600'000'000)}, "-1 mons +1 day 01:00:00"},
        {{0, -1, microseconds(-500'000)}, "-1 days -00:00:00.5"},
        {{0, 0, microseconds(-largest - 1)}, "-2562047788:00:54.775808"},
        {{0, 0, microseconds(largest)}, "2562047788:00:54.775807"}}) {
    EXPECT_EQ(to_text(row.interval), row.text);
  }
}

}  // namespace
}  // namespace pgjinja
