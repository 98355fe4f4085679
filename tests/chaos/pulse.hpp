#pragma once

#include "chaos/plan.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

namespace pgjinja::chaos {

/// Notices when the machine lets this program stand still: a thread that only sleeps wakes up late
/// then. That is no lateness of the library's, however late a call returns.
class Pulse {
 public:
  static Pulse& of_program() {
    static Pulse pulse;
    return pulse;
  }

  /// How much of this time the program stood still.
  [[nodiscard]] Clock::duration stood_still(Clock::time_point from, Clock::time_point to) const {
    const std::lock_guard lock(mutex_);
    Clock::duration sum{0};
    for (const Gap& gap : gaps_) {
      sum += std::max(Clock::duration(0), std::min(gap.end, to) - std::max(gap.begin, from));
    }
    return sum;
  }
  [[nodiscard]] Clock::duration longest() const {
    const std::lock_guard lock(mutex_);
    Clock::duration longest{0};
    for (const Gap& gap : gaps_) longest = std::max(longest, gap.end - gap.begin);
    return longest;
  }

 private:
  struct Gap {
    Clock::time_point begin;
    Clock::time_point end;
  };
  static constexpr milliseconds kBeat{5};
  static constexpr milliseconds kNoticed{20};

  Pulse()
      : thread_([this](const std::stop_token& stop) {
          while (!stop.stop_requested()) beat();
        }) {}

  void beat() {
    const Clock::time_point due = Clock::now() + kBeat;
    std::this_thread::sleep_until(due);
    const Clock::time_point now = Clock::now();
    if (now - due < kNoticed) return;
    const std::lock_guard lock(mutex_);
    gaps_.push_back({due, now});
  }

  mutable std::mutex mutex_;
  std::vector<Gap> gaps_;
  std::jthread thread_;
};

/// How long the calling thread has been ready to run so far, and had no processor.
inline std::chrono::nanoseconds waited_for_processor() {
  std::ifstream file("/proc/thread-self/schedstat");
  std::int64_t ran = 0;
  std::int64_t waited = 0;
  file >> ran >> waited;
  return std::chrono::nanoseconds(waited);
}

}  // namespace pgjinja::chaos
