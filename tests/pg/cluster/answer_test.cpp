#include "pg/cluster/answer.hpp"

#include <pgjinja/core/error.hpp>

#include <gtest/gtest.h>

namespace pgjinja::pg::cluster {
namespace {

TEST(ClusterAnswer, APrimarySaysHowFarItIsAndOnWhichTimeline) {
  const Answer answer = answer_of("primary 22817184 3");
  EXPECT_FALSE(answer.in_recovery);
  EXPECT_TRUE(answer.writes);
  EXPECT_EQ(answer.position, 22817184U);
  EXPECT_EQ(answer.timeline, 3U);
}

TEST(ClusterAnswer, OneThatRefusesToWriteSaysSo) {
  const Answer answer = answer_of("read-only 1 2");
  EXPECT_FALSE(answer.in_recovery);
  EXPECT_FALSE(answer.writes);
}

TEST(ClusterAnswer, AReplicaMayHaveReplayedNothingYet) {
  EXPECT_EQ(answer_of("replica 18446744073709551615").position, 18446744073709551615U);
  const Answer fresh = answer_of("replica");
  EXPECT_TRUE(fresh.in_recovery);
  EXPECT_FALSE(fresh.writes);
  EXPECT_EQ(fresh.position, std::nullopt);
}

TEST(ClusterAnswer, NothingElseIsUnderstood) {
  for (const char* text : {"", "primary", "primary 1", "primary  1 1", "primary 1 1 1",
                           "primary x 1", "replica x", "replica 1 ", "standby 1", "primary -1 1"}) {
    EXPECT_THROW(answer_of(text), Error) << text;
  }
}

}  // namespace
}  // namespace pgjinja::pg::cluster
