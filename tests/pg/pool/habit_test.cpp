#include "pg/pool/habit.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace pgjinja::pg::pool {
namespace {

using namespace std::chrono_literals;

class HabitTest : public ::testing::Test {
 protected:
  /// Gives back and comes again so many times.
  void come_again(int times, Clock::duration within) {
    for (int i = 0; i < times; ++i) {
      habit.gave_back(pool, std::nullopt, now);
      now += within;
      EXPECT_FALSE(habit.came(pool, now));
      now += 1ms;
    }
  }

  /// For what was kept.
  void come_late() {
    habit.gave_back(pool, 3, now);
    now += 20us;
    EXPECT_EQ(habit.came(pool, now), 3U) << "it may still be there";
  }

  Habit habit;
  Moment now{100s};
  const int pools[2] = {};
  const void* const pool = &pools[0];
  const void* const another = &pools[1];
};

TEST_F(HabitTest, IsWhatHasBeenDoneSixteenTimes) {
  come_again(15, 19us);
  EXPECT_FALSE(habit.comes_again(pool));
  come_again(1, 19us);
  EXPECT_TRUE(habit.comes_again(pool));
  EXPECT_FALSE(habit.comes_again(another));
}

TEST_F(HabitTest, IsNotMadeByWhoComesLate) {
  come_again(100, 20us);
  EXPECT_FALSE(habit.comes_again(pool));
}

TEST_F(HabitTest, PaysForWhatWasKeptInVain) {
  come_again(20, 1us);
  come_again(20, 1s);
  EXPECT_TRUE(habit.comes_again(pool)) << "nothing was kept";
  come_late();
  EXPECT_FALSE(habit.comes_again(pool)) << "four are left";
  come_again(11, 1us);
  EXPECT_FALSE(habit.comes_again(pool));
  come_again(1, 1us);
  EXPECT_TRUE(habit.comes_again(pool));
}

TEST_F(HabitTest, RisksNoMoreThanFourInARow) {
  come_again(1'000, 1us);
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(habit.comes_again(pool)) << i;
    come_late();
  }
  EXPECT_FALSE(habit.comes_again(pool));
  come_late();
  come_again(15, 1us);
  EXPECT_FALSE(habit.comes_again(pool));
  come_again(1, 1us);
  EXPECT_TRUE(habit.comes_again(pool)) << "it owes nothing";
}

TEST_F(HabitTest, IsNotOfOneWhoGivesTwoBack) {
  come_again(20, 1us);
  habit.gave_back(pool, 3, now);
  EXPECT_FALSE(habit.comes_again(pool)) << "it comes for one at a time";
  habit.gave_back(pool, std::nullopt, now);
  EXPECT_FALSE(habit.comes_again(pool)) << "the first was kept in vain";
  EXPECT_FALSE(habit.came(pool, now));
}

TEST_F(HabitTest, IsOfOnePool) {
  come_again(20, 1us);
  habit.gave_back(another, std::nullopt, now);
  EXPECT_FALSE(habit.comes_again(another));
  EXPECT_FALSE(habit.comes_again(pool));
}

TEST_F(HabitTest, KnowsWhatIsKeptOnce) {
  habit.gave_back(pool, 3, now);
  EXPECT_EQ(habit.since(), now);
  EXPECT_FALSE(habit.came(another, now)) << "of another pool";
  EXPECT_EQ(habit.came(pool, now), 3U);
  EXPECT_FALSE(habit.came(pool, now));
}

TEST_F(HabitTest, IsOfAThread) {
  const Habit* const own = &Habit::own();
  EXPECT_EQ(own, &Habit::own());
  std::jthread([own] { EXPECT_NE(own, &Habit::own()); });
}

}  // namespace
}  // namespace pgjinja::pg::pool
