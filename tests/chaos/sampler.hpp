#pragma once

#include "chaos/testbed.hpp"

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

namespace pgjinja::chaos {

/// Counts the workload's sessions at the server every 10 ms, among the server's processes: that
/// works also while nobody can connect. Those that a scenario has stopped are not counted: nobody
/// can end them, and when they go on it takes them a moment to see that their clients have gone.
class Sampler {
 public:
  explicit Sampler(const Testbed& testbed)
      : thread_([this, &testbed](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            sample(testbed);
            std::this_thread::sleep_for(milliseconds(10));
          }
        }) {}

  [[nodiscard]] std::size_t most() const noexcept { return most_; }

 private:
  void sample(const Testbed& testbed) {
    std::size_t running = 0;
    for (const Process& process : testbed.sessions()) {
      if (process.stopped) stopped_.insert(process.pid);
      if (!stopped_.contains(process.pid)) ++running;
    }
    most_ = std::max(most_.load(), running);
  }

  std::set<pid_t> stopped_;
  std::atomic<std::size_t> most_ = 0;
  std::jthread thread_;
};

}  // namespace pgjinja::chaos
