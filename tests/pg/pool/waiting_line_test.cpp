#include "pg/pool/waiting_line.hpp"

#include <array>

#include <gtest/gtest.h>

namespace pgjinja::pg::pool {
namespace {

class WaitingLineTest : public ::testing::Test {
 protected:
  WaitingLine line;
  std::array<Borrower, 4> who;
  Moment now{std::chrono::seconds(1)};
};

TEST_F(WaitingLineTest, FirstComeFirstServed) {
  for (Borrower& one : who) line.join(one, now);
  EXPECT_EQ(line.size(), 4U);
  for (Borrower& one : who) EXPECT_EQ(&line.pop(), &one);
  EXPECT_TRUE(line.empty());
}

TEST_F(WaitingLineTest, WhoLeavesIsPassedOver) {
  for (Borrower& one : who) line.join(one, now);
  EXPECT_TRUE(line.leave(who[1]));
  EXPECT_FALSE(line.leave(who[1]));
  EXPECT_TRUE(line.leave(who[0]));
  EXPECT_EQ(line.size(), 2U);
  EXPECT_EQ(&line.pop(), &who[2]);
  EXPECT_EQ(&line.pop(), &who[3]);
  EXPECT_TRUE(line.empty());
}

TEST_F(WaitingLineTest, WhoComesAgainHasItsOldPlaceAndHasWaitedSince) {
  line.join(who[0], now);
  line.join(who[1], now);
  line.join(who[2], now);
  line.pop();
  EXPECT_TRUE(line.leave(who[1]));
  line.join(who[1], now + std::chrono::seconds(5));  // its place is still there
  line.join(who[0], now + std::chrono::seconds(5));  // its place is not
  EXPECT_EQ(line.front().since, now);
  for (Borrower* one : {&who[0], &who[1], &who[2]}) EXPECT_EQ(&line.pop(), one);
}

TEST_F(WaitingLineTest, WhoNeverCameIsNotInIt) {
  line.join(who[0], now);
  EXPECT_FALSE(line.leave(who[1]));
  EXPECT_EQ(line.size(), 1U);
}

}  // namespace
}  // namespace pgjinja::pg::pool
