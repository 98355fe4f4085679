// How the pool's size follows its load. The clock is simulated: nothing here depends on the
// machine.

#include "pg/pool/simulation.hpp"

#include <algorithm>
#include <map>
#include <string>

#include <gtest/gtest.h>

namespace pgjinja::pg::pool {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::microseconds kOpening = 20ms;

const PoolSettings kAdaptive{.max_size = 32, .min_size = 2, .idle_timeout = 2s};
const PoolSettings kFixed{.max_size = 32, .min_size = 32};

const Load& load_of(const std::string& name) {
  static const std::vector<Load> loads = usual_loads();
  return *std::find_if(loads.begin(), loads.end(),
                       [&](const Load& load) { return load.name == name; });
}

class SimulationTest : public ::testing::Test {
 protected:
  static Course course(const std::string& load, const PoolSettings& settings,
                       std::chrono::microseconds opening = kOpening) {
    return simulate(settings, calls_of(load_of(load), 1), opening);
  }
  /// How many were open at that moment.
  static std::size_t open_at(const Course& course, std::chrono::microseconds moment) {
    std::size_t open = 0;
    for (const SizeAt& size : course.sizes) {
      if (size.at <= moment) open = size.open;
    }
    return open;
  }
};

TEST_F(SimulationTest, FollowsStepsUpAndDown) {
  const Course adaptive = course("steps", kAdaptive);
  EXPECT_LE(open_at(adaptive, 3900ms), 6U) << "0.8 are busy";
  EXPECT_GE(open_at(adaptive, 4300ms), 10U) << "10 are busy";
  EXPECT_GE(open_at(adaptive, 8300ms), 24U) << "24 are busy";
  EXPECT_LE(open_at(adaptive, 15s), 6U) << "0.8 are busy, and have been for 3 s";
  EXPECT_LT(adaptive.mean_open(18s), course("steps", kFixed).mean_open(18s) / 2);
  EXPECT_LT(adaptive.wait_ms(0.99), 2 * 20 + 5);
}

TEST_F(SimulationTest, ABurstThatIsOverBeforeAnOpeningOpensNone) {
  const Load burst{"small burst", {{1s, 0.001, 1ms}, {1s, 0.001, 1ms, 30}}};
  const std::vector<Call> calls = calls_of(burst, 1);
  PoolSettings settings = kAdaptive;
  EXPECT_EQ(simulate(settings, calls, kOpening).openings, 2U) << "two do that in 15 ms";
  settings.grow_after = 0ms;
  EXPECT_GT(simulate(settings, calls, kOpening).openings, 5U);
}

TEST_F(SimulationTest, AServerThatIsSlowForAWhileGetsMoreForThatWhile) {
  const Course adaptive = course("slow server", kAdaptive);
  EXPECT_LE(open_at(adaptive, 4900ms), 10U);
  EXPECT_GE(open_at(adaptive, 9900ms), 24U);
  EXPECT_LE(open_at(adaptive, 14s), 10U);
}

TEST_F(SimulationTest, NeverAHerd) {
  for (const Load& load : usual_loads()) {
    const Course adaptive = course(load.name, kAdaptive);
    EXPECT_LE(adaptive.most_openings_at_once, 4U) << load.name;
    EXPECT_LE(adaptive.most_open(), 32U) << load.name;
  }
  const Load storm{"storm", {{1s, 0.001, 1ms, 1'000}}};
  const Course course = simulate({.max_size = 100}, calls_of(storm, 1), kOpening);
  EXPECT_LE(course.most_openings_at_once, 4U);
  EXPECT_LT(course.most_open(), 40U) << "the storm is over when more would be open";
}

TEST_F(SimulationTest, NobodyIsForgotten) {
  for (const Load& load : usual_loads()) {
    const Course adaptive = course(load.name, kAdaptive);
    EXPECT_LT(adaptive.wait_ms(1), 200) << load.name;
    for (const auto wait : adaptive.waits) ASSERT_GE(wait.count(), 0) << load.name;
  }
}

}  // namespace
}  // namespace pgjinja::pg::pool
