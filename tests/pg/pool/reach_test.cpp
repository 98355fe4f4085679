#include "pg/pool/reach.hpp"

#include <gtest/gtest.h>

namespace pgjinja::pg::pool {
namespace {

using namespace std::chrono_literals;

class ReachTest : public ::testing::Test {
 protected:
  const PoolSettings settings{.first_backoff = 10ms, .longest_backoff = 80ms, .breaker_after = 1s};
  Reach reach{settings, 7};
  Moment now{10s};

  std::chrono::nanoseconds fail() {
    reach.failed(now, settings.longest_backoff);
    return reach.next_attempt() - now;
  }
};

TEST_F(ReachTest, EachFailureDoublesTheWaitUpToTheLongest) {
  for (const auto wait : {10ms, 20ms, 40ms, 80ms, 80ms, 80ms}) {
    const auto waited = fail();
    EXPECT_GE(waited, wait / 2);
    EXPECT_LE(waited, wait);
  }
}

TEST_F(ReachTest, WaitsDifferByChance) {
  const auto first = fail();
  Reach other(settings, 8);
  other.failed(now, settings.longest_backoff);
  EXPECT_NE(other.next_attempt() - now, first);
}

TEST_F(ReachTest, ASuccessForgetsTheFailures) {
  for (int i = 0; i < 5; ++i) fail();
  reach.reached(now);
  EXPECT_FALSE(reach.failing_since());
  EXPECT_LE(reach.next_attempt(), now);
  EXPECT_LE(fail(), 10ms);
}

TEST_F(ReachTest, AServerThatWasNeverSeenCannotBeMissed) {
  EXPECT_FALSE(reach.known());
  fail();
  EXPECT_FALSE(reach.broken(now + 1h));
  reach.seen(now);
  EXPECT_TRUE(reach.known());
  EXPECT_TRUE(reach.broken(now + 1h));
}

TEST_F(ReachTest, OneThatHasBeenSeenIsWaitedFor) {
  reach.reached(now);
  now += 10min;
  fail();
  EXPECT_FALSE(reach.broken(now + 999ms));
  EXPECT_TRUE(reach.broken(now + 1s));
  reach.seen(now + 1500ms);  // a session that is still open has answered
  EXPECT_FALSE(reach.broken(now + 2400ms));
  EXPECT_TRUE(reach.broken(now + 2500ms));
  reach.reached(now + 3s);
  EXPECT_FALSE(reach.broken(now + 1h));
}

TEST_F(ReachTest, TheBreakerCanBeLeftOut) {
  Reach patient({.breaker_after = std::chrono::milliseconds::max()}, 1);
  patient.reached(now);
  patient.failed(now, 1s);
  EXPECT_FALSE(patient.broken(now + 1000h));
}

}  // namespace
}  // namespace pgjinja::pg::pool
