#include "pg/pool/waiter.hpp"

#include <stop_token>
#include <utility>

namespace pgjinja::pg::pool {

bool Waiter::sleep(const CallLimits& limits) {
  const std::stop_callback on_stop(limits.stop, [this] {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_one();
  });
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, limits.deadline, [this] { return woken_ || stopped_; });
  stopped_ = false;
  return std::exchange(woken_, false);
}

void Waiter::wake() noexcept {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_one();
}

}  // namespace pgjinja::pg::pool
