#include <pgjinja/core/durations.hpp>
#include <pgjinja/core/error.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <span>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using namespace std::chrono;

TEST(Exactly, ConvertsWhatLosesNothing) {
  EXPECT_EQ(exactly<seconds>(3000ms), 3s);
  EXPECT_EQ(exactly<seconds>(-3000ms), -3s);
  EXPECT_EQ(exactly<seconds>(3001ms), std::nullopt);
  EXPECT_EQ(exactly<seconds>(-1ms), std::nullopt);
  EXPECT_EQ(exactly<nanoseconds>(hours(1)), 3'600'000'000'000ns);
  EXPECT_EQ(exactly<nanoseconds>(microseconds::max()), std::nullopt);
  EXPECT_EQ(exactly<microseconds>(microseconds::min()), microseconds::min());
  using Tiny = duration<std::int8_t>;
  EXPECT_EQ(exactly<Tiny>(127s), Tiny(127));
  EXPECT_EQ(exactly<Tiny>(128s), std::nullopt);
  using Huge = duration<std::uint64_t>;
  EXPECT_EQ(exactly<seconds>(Huge(std::numeric_limits<std::uint64_t>::max())), std::nullopt);
}

TEST(DurationValue, IsWhatTheServerReads) {
  EXPECT_EQ(Value(sys_seconds(7s)), Value("1970-01-01 00:00:07+00"));
  EXPECT_EQ(Value(sys_time<nanoseconds>(1000ns)), Value("1970-01-01 00:00:00.000001+00"));
  EXPECT_EQ(Value(sys_days(days(1))), Value("1970-01-02"));
  EXPECT_EQ(Value(local_time<hours>(hours(1))), Value("1970-01-01 01:00:00"));
  EXPECT_EQ(Value(local_days(days(1))), Value("1970-01-02 00:00:00"));
  EXPECT_EQ(Value(milliseconds(-1)), Value("-00:00:00.001"));
  EXPECT_EQ(Value(days(2)), Value("48:00:00"));
  EXPECT_EQ(Value(year{2024} / 2 / 29), Value("2024-02-29"));
  EXPECT_EQ(Value(std::vector{1s, 2s}), Value::list({"00:00:01", "00:00:02"}));
}

TEST(DurationValue, RefusesWhatTheServerCannotCount) {
  const auto message = [](auto call) {
    try {
      call();
      return std::string();
    } catch (const Error& error) {
      return std::string(error_kind_name(error.kind())) + ": " + error.message();
    }
  };
  const std::string inexact =
      "encode: a time or duration that is not a whole number of microseconds, or too long to count "
      "in them, cannot be a parameter";
  EXPECT_EQ(message([] { Value(sys_time<nanoseconds>(1ns)); }), inexact);
  EXPECT_EQ(message([] { Value(sys_seconds(seconds::max())); }), inexact);
  EXPECT_EQ(message([] { Value(local_time<nanoseconds>(1ns)); }), inexact);
  EXPECT_EQ(message([] { Value(nanoseconds(1001)); }), inexact);
  EXPECT_EQ(message([] { Value(year{2023} / 2 / 29); }),
            "encode: a std::chrono::year_month_day that is no day of the calendar cannot be a "
            "parameter");
}

TEST(ArrayValue, IsAListOrBytes) {
  EXPECT_EQ(Value(std::array{1, 2}), Value::list({1, 2}));
  EXPECT_EQ(Value(std::array<int, 0>{}), Value::list({}));
  const std::array raw{std::byte{1}, std::byte{0}};
  const Value bytes = Value::bytes(std::string_view("\1\0", 2));
  EXPECT_EQ(Value(raw), bytes);
  EXPECT_EQ(Value(std::span<const std::byte>(raw)), bytes);
}

}  // namespace
}  // namespace pgjinja
