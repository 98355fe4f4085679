#include "client/page_facts.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using namespace std::chrono_literals;

TEST(PageFactsCache, AfterAMinuteTheyAreKnownAndWantedAgain) {
  const auto now = PageFactsCache::Clock::now();
  PageFactsCache cache;
  EXPECT_EQ(cache.find("q", now).facts, nullptr);
  cache.store("q", {{true, false}}, now);
  const auto known = cache.find("q", now + 60s);
  ASSERT_NE(known.facts, nullptr);
  EXPECT_EQ(known.facts->not_null, (std::vector<bool>{true, false}));
  EXPECT_TRUE(known.fresh);
  EXPECT_FALSE(cache.find("q", now + 61s).fresh);
  EXPECT_NE(cache.find("q", now + 61s).facts, nullptr);
  cache.store("q", {{false, false}}, now + 61s);
  EXPECT_TRUE(cache.find("q", now + 61s).fresh);
  EXPECT_FALSE(cache.find("q", now + 61s).facts->not_null[0]);
}

TEST(PageFactsCache, IsBounded) {
  PageFactsCache cache;
  for (int i = 0; i < 1001; ++i) cache.store(std::to_string(i), {});
  EXPECT_EQ(cache.find("0").facts, nullptr);
  EXPECT_NE(cache.find("1000").facts, nullptr);
}

}  // namespace
}  // namespace pgjinja
