#pragma once

#include "chaos/testbed.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace pgjinja::chaos {

/// Counts the workload's sessions at the server every 10 ms, among the server's processes: that
/// works also while nobody can connect. Those that a scenario has stopped are not counted: nobody
/// can end them, and when they go on it takes them a moment to see that their clients have gone.
/// Nor are those that hang behind one, which was stopped with a lock of the server's own: they can
/// be ended no more than that one.
class Sampler {
 public:
  explicit Sampler(const Testbed& testbed)
      : thread_([this, &testbed](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            sample(testbed.sessions());
            std::this_thread::sleep_for(milliseconds(10));
          }
        }) {}

  [[nodiscard]] std::size_t most() const {
    const std::lock_guard lock(mutex_);
    return most_.size();
  }
  /// What they did when there were most.
  [[nodiscard]] std::vector<std::string> titles_of_most() const {
    const std::lock_guard lock(mutex_);
    return most_;
  }

 private:
  /// A session that does one thing for so long is not at work: what the workload asks for takes
  /// milliseconds.
  static constexpr milliseconds kHangs{500};

  struct Doing {
    std::string title;
    Clock::time_point since;
  };

  void sample(const std::vector<Process>& sessions) {
    const bool one_is_stopped = std::any_of(sessions.begin(), sessions.end(),
                                            [](const Process& process) { return process.stopped; });
    std::vector<std::string> running;
    std::map<pid_t, Doing> doing;
    for (const Process& process : sessions) {
      const auto before = doing_.find(process.pid);
      const bool same = before != doing_.end() && before->second.title == process.title;
      const auto since = same ? before->second.since : Clock::now();
      doing[process.pid] = {process.title, since};
      const bool hangs = !process.title.ends_with(" idle") && Clock::now() - since >= kHangs;
      if (process.stopped || (one_is_stopped && hangs)) not_counted_.insert(process.pid);
      if (!not_counted_.contains(process.pid)) running.push_back(process.title);
    }
    doing_ = std::move(doing);
    const std::lock_guard lock(mutex_);
    if (running.size() > most_.size()) most_ = std::move(running);
  }

  std::set<pid_t> not_counted_;
  std::map<pid_t, Doing> doing_;
  mutable std::mutex mutex_;
  std::vector<std::string> most_;
  std::jthread thread_;
};

}  // namespace pgjinja::chaos
