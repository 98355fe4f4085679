#pragma once

#include <pgjinja/pg/pool_settings.hpp>

#include <functional>
#include <mutex>
#include <vector>

namespace pgjinja::pg::pool {

/// What is to be told to a pool's hook as soon as no lock is held. Thread-safe.
class EventLine {
 public:
  explicit EventLine(const PoolHooks& hooks) : hook_(hooks.on_event) {}

  void add(PoolEvent event);
  /// There is a hook.
  [[nodiscard]] bool heard() const noexcept { return hook_ != nullptr; }
  /// Not to be called with the pool's lock: the hook may call the pool.
  void tell() noexcept;

 private:
  const std::function<void(const PoolEvent&)> hook_;
  std::mutex mutex_;
  std::vector<PoolEvent> events_;
};

}  // namespace pgjinja::pg::pool
