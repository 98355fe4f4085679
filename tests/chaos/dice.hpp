#pragma once

#include "chaos/plan.hpp"

#include <random>
#include <thread>

namespace pgjinja::chaos {

/// What chance decides in a scenario.
class Dice {
 public:
  /// From 0 to `sides` - 1.
  std::size_t roll(std::size_t sides) {
    return std::uniform_int_distribution<std::size_t>(0, sides - 1)(random_);
  }
  void sleep(milliseconds shortest, milliseconds longest) {
    const auto room = static_cast<std::size_t>((longest - shortest).count() + 1);
    std::this_thread::sleep_for(shortest + milliseconds(roll(room)));
  }

 private:
  std::mt19937_64 random_{std::random_device()()};
};

}  // namespace pgjinja::chaos
