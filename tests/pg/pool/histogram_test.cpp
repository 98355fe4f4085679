#include <pgjinja/pg/histogram.hpp>

#include <gtest/gtest.h>

namespace pgjinja::pg {
namespace {

using namespace std::chrono_literals;

TEST(Histogram, EachTimeIsWithinTheBoundsOfItsClass) {
  for (std::int64_t us = 0; us < 3'000'000; us = us * 9 / 8 + 1) {
    Histogram one;
    one.add(std::chrono::microseconds(us));
    std::size_t number = 0;
    while (one.count_of(number) == 0) ++number;
    EXPECT_LE(std::chrono::microseconds(us), Histogram::bound(number)) << us;
    if (number > 0) {
      EXPECT_GT(std::chrono::microseconds(us), Histogram::bound(number - 1)) << us;
    }
  }
}

TEST(Histogram, BoundsGrowByAFourthAtMost) {
  for (std::size_t number = 1; number < Histogram::kClasses; ++number) {
    EXPECT_GT(Histogram::bound(number), Histogram::bound(number - 1));
    EXPECT_LE(Histogram::bound(number) * 4, Histogram::bound(number - 1) * 5);
  }
  EXPECT_GT(Histogram::bound(Histogram::kClasses - 1), 1h);
}

TEST(Histogram, Quantiles) {
  Histogram times;
  EXPECT_EQ(times.quantile(0.5), 0ns);
  for (int i = 1; i <= 100; ++i) times.add(std::chrono::milliseconds(i));
  EXPECT_EQ(times.count(), 100U);
  EXPECT_EQ(times.total(), 5050ms);
  EXPECT_EQ(times.longest(), 100ms);
  EXPECT_GE(times.quantile(0.5), 50ms);
  EXPECT_LE(times.quantile(0.5), 63ms);
  EXPECT_EQ(times.quantile(1.0), 100ms);
  EXPECT_LE(times.quantile(0.0), 1250us);
}

TEST(Histogram, WhatIsTooLongIsInTheLastClass) {
  Histogram times;
  times.add(1000h);
  EXPECT_EQ(times.count_of(Histogram::kClasses - 1), 1U);
  EXPECT_EQ(times.quantile(0.5), 1000h);
}

}  // namespace
}  // namespace pgjinja::pg
