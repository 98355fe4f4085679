#include "client/buffers.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

TEST(Buffers, AreUsedAgainAndComeBackEmpty) {
  const sql::Statement* first = nullptr;
  {
    Buffers buffers;
    first = &buffers.statement();
    buffers.statement().sql = "SELECT $1";
    buffers.statement().parameters.emplace_back("secret");
    buffers.statement().raw_texts.emplace_back("raw");
  }
  Buffers again;
  EXPECT_EQ(&again.statement(), first);
  EXPECT_TRUE(again.statement().sql.empty());
  EXPECT_TRUE(again.statement().parameters.empty());
  EXPECT_TRUE(again.statement().raw_texts.empty());
}

TEST(Buffers, OfACallInsideACallAreOthers) {
  Buffers outer;
  Buffers inner;
  outer.statement().sql = "outer";
  inner.statement().sql = "inner";
  EXPECT_EQ(outer.statement().sql, "outer");
}

TEST(Buffers, OfAnotherThreadAreOthers) {
  Buffers mine;
  const sql::Statement* theirs = nullptr;
  std::thread([&theirs] {
    Buffers buffers;
    theirs = &buffers.statement();
  }).join();
  EXPECT_NE(theirs, &mine.statement());
}

TEST(Buffers, DoNotKeepHugeMemory) {
  {
    Buffers buffers;
    buffers.statement().sql.assign(1U << 20U, 'x');
  }
  Buffers again;
  EXPECT_LT(again.statement().sql.capacity(), 1U << 20U);
}

}  // namespace
}  // namespace pgjinja
