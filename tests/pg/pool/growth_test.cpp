#include "pg/pool/growth.hpp"

#include <gtest/gtest.h>

namespace pgjinja::pg::pool {
namespace {

using namespace std::chrono_literals;

TEST(Growth, ABorrowerWaitsAsLongAsTheShortestOfTheLastOpenings) {
  Growth growth({});
  EXPECT_EQ(growth.patience(), 10ms) << "none has been opened yet";
  growth.opening_took(3ms);
  EXPECT_EQ(growth.patience(), 3ms);
  for (int i = 0; i < 7; ++i) growth.opening_took(5s);
  EXPECT_EQ(growth.patience(), 3ms);
  growth.opening_took(4ms);
  EXPECT_EQ(growth.patience(), 4ms) << "the ninth has taken the place of the first";
  EXPECT_EQ(growth.worth_opening(Moment(1s)), Moment(1s) + 4ms);
}

TEST(Growth, OrAsLongAsTheSettingsSay) {
  Growth growth({.grow_after = 7ms});
  growth.opening_took(3ms);
  EXPECT_EQ(growth.worth_opening(Moment(1s)), Moment(1s) + 7ms);
  const Growth at_once({.grow_after = 0ms});
  EXPECT_EQ(at_once.worth_opening(Moment(1s)), Moment(1s));
}

TEST(Growth, WhatNoClockCanShowIsNever) {
  const Growth growth({.grow_after = std::chrono::milliseconds::max()});
  EXPECT_EQ(growth.worth_opening(Moment(1s)), Moment::max());
}

}  // namespace
}  // namespace pgjinja::pg::pool
