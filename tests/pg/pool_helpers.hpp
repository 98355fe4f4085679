#pragma once

#include <pgjinja/pg/pool.hpp>

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::pg {

/// A minute is for ever.
inline void wait_until(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) {
      ADD_FAILURE() << "it has not happened";
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

/// Writes down what a pool tells.
class EventLog {
 public:
  [[nodiscard]] std::function<void(const PoolEvent&)> writer() {
    return [this](const PoolEvent& event) {
      const std::lock_guard lock(mutex_);
      events_.push_back(event);
    };
  }
  [[nodiscard]] std::vector<PoolEvent> of(PoolEvent::Kind kind) const {
    const std::lock_guard lock(mutex_);
    std::vector<PoolEvent> found;
    for (const PoolEvent& event : events_) {
      if (event.kind == kind) found.push_back(event);
    }
    return found;
  }
  void await(PoolEvent::Kind kind, std::size_t count = 1) const {
    wait_until([&] { return of(kind).size() >= count; });
  }

 private:
  mutable std::mutex mutex_;
  std::vector<PoolEvent> events_;
};

}  // namespace pgjinja::pg
