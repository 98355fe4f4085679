#include "pg/pool/waiter.hpp"

#include <cerrno>
#include <ctime>
#include <stop_token>

namespace pgjinja::pg::pool {

namespace {

/// std::chrono::steady_clock is CLOCK_MONOTONIC.
timespec time_of(Moment moment) {
  const auto since = moment.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  timespec time{};
  time.tv_sec = static_cast<std::time_t>(seconds.count());
  time.tv_nsec = static_cast<long>(std::chrono::nanoseconds(since - seconds).count());
  return time;
}

}  // namespace

[[gnu::hot]] Waiter::Waiter(std::string_view name) : label(name) { ::sem_init(&signals_, 0, 0); }

[[gnu::hot]] Waiter::~Waiter() { ::sem_destroy(&signals_); }

[[gnu::hot]] bool Waiter::sleep(const CallLimits& limits) {
  const std::stop_callback on_stop(limits.stop, [this] { ::sem_post(&signals_); });
  const timespec end = time_of(limits.deadline);
  while (true) {
    if (woken_.exchange(false, std::memory_order_acquire)) return true;
    if (limits.stop.stop_requested()) return false;
    if (::sem_clockwait(&signals_, CLOCK_MONOTONIC, &end) != 0 && errno == ETIMEDOUT) {
      return woken_.exchange(false, std::memory_order_acquire);
    }
  }
}

[[gnu::hot]] void Waiter::wake() noexcept {
  woken_.store(true, std::memory_order_release);
  ::sem_post(&signals_);
}

}  // namespace pgjinja::pg::pool
