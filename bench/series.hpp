#pragma once

#include <functional>
#include <string>
#include <vector>

/// One way of doing the same work, measured again and again beside the others.
struct Contender {
  std::string name;
  std::function<void()> work;
  bool more_of_server = false;  ///< does the server more work for it than for the others?
};

/// Runs the contenders in turn, `repetitions` times, after one uncounted turn, and prints for each
/// the operations per second, this process's CPU time per operation, and both as ratios to the
/// first contender in the same repetition: median [min – max]. With a clock of the server's CPU
/// time, in seconds: also how much of it the client needs, and what client and server need together
/// as a ratio to the first. The server does the same work for them, unless they say otherwise, and
/// so its time is the measure of theirs: that does not change with the machine's speed.
void run_series(const std::string& title, double operations, int repetitions,
                const std::vector<Contender>& contenders,
                const std::function<double()>& server_clock = nullptr);
