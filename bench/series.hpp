#pragma once

#include <functional>
#include <string>
#include <vector>

/// One way of doing the same work, measured again and again beside the others.
struct Contender {
  std::string name;
  std::function<void()> work;
};

/// Runs the contenders in turn, `repetitions` times, after one uncounted turn, and prints for each
/// the operations per second, this process's CPU time per operation, and both as ratios to the
/// first contender in the same repetition: median [min – max].
void run_series(const std::string& title, double operations, int repetitions,
                const std::vector<Contender>& contenders);
