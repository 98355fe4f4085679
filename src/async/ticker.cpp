#include "async/ticker.hpp"

#include "async/loop_end.hpp"
#include "pg/fork_generation.hpp"
#include "pg/signals_blocked.hpp"

#include <utility>

#include <boost/asio/post.hpp>

namespace pgjinja::async {

Ticker::Ticker(boost::asio::any_io_executor executor, std::function<void()> tick)
    : fork_gate_(LoopEnd::of(executor).fork_gate()),
      executor_(std::move(executor)),
      tick_(std::move(tick)),
      generation_(pg::fork_generation()) {}

void Ticker::set(Moment moment) {
  if (!is_here()) return;
  const std::lock_guard lock(mutex_);
  if (over_ || moment >= next_) return;
  next_ = moment;
  if (!thread_.joinable()) {
    const pg::SignalsBlocked blocked;
    thread_ = std::thread([this] { run(); });
  }
  changed_.notify_one();
}

/// A forked child has neither the thread nor the lock, when the thread had that at the fork.
bool Ticker::is_here() const noexcept { return generation_ == pg::fork_generation(); }

void Ticker::run() {
  std::unique_lock lock(mutex_);
  while (!over_) {
    if (next_ == Moment::max()) {
      changed_.wait(lock);
    } else if (changed_.wait_until(lock, next_) == std::cv_status::timeout && !over_ &&
               std::chrono::steady_clock::now() >= next_) {
      next_ = Moment::max();
      lock.unlock();
      post();
      lock.lock();
    }
  }
}

/// The gate first: who forks may set the ticker meanwhile.
void Ticker::post() {
  const std::lock_guard gate(*fork_gate_);
  const std::lock_guard lock(mutex_);
  if (!over_) boost::asio::post(*executor_, tick_);
}

void Ticker::stop() noexcept {
  if (!is_here()) {
    if (thread_.joinable()) thread_.detach();
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    executor_.reset();
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

}  // namespace pgjinja::async
