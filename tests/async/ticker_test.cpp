#include "async/ticker.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>
#include <utility>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

namespace pgjinja::async {
namespace {

using namespace std::chrono_literals;

/// A tick that is copied for as long as it is held up: the ticker has its lock meanwhile.
class SlowTick {
 public:
  struct State {
    std::atomic<bool> held_up = true;
    std::atomic<bool> is_copied = false;
    std::atomic<int> ticks = 0;
  };
  explicit SlowTick(State& state) : state_(&state) {}
  SlowTick(const SlowTick& other) : state_(other.state_), ready_(other.ready_) {
    if (!ready_) return;
    state_->is_copied = true;
    while (state_->held_up) std::this_thread::sleep_for(1ms);
  }
  SlowTick& operator=(const SlowTick&) = delete;
  SlowTick(SlowTick&&) = default;
  SlowTick& operator=(SlowTick&&) = delete;
  ~SlowTick() = default;
  /// From now on a copy takes its time.
  void ready() noexcept { ready_ = true; }
  void operator()() const { ++state_->ticks; }

 private:
  State* state_;
  bool ready_ = false;
};

TEST(Ticker, DoesNothingInAForkedChildWhoeverHadItsLock) {
  boost::asio::io_context loop;
  SlowTick::State state;
  std::function<void()> tick = SlowTick(state);
  tick.target<SlowTick>()->ready();
  Ticker ticker(loop.get_executor(), std::move(tick));
  ticker.set(std::chrono::steady_clock::now());
  while (!state.is_copied) std::this_thread::sleep_for(1ms);
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(20);
    ticker.set(std::chrono::steady_clock::now());
    ticker.stop();
    ::_exit(7);
  }
  state.held_up = false;
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7) << status;
  while (state.ticks == 0) {
    loop.run_for(10ms);
    loop.restart();
  }
  ticker.stop();
}

/// A child would find the lock of the loop's queue taken.
TEST(Ticker, PostsNothingWhileTheProcessForks) {
  using Loop = boost::asio::io_context;
  Loop loop;
  int ticks = 0;
  Ticker ticker(loop.get_executor(), [&] { ++ticks; });
  loop.notify_fork(Loop::fork_prepare);
  ticker.set(std::chrono::steady_clock::now());
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(loop.poll(), 0U);
  loop.restart();
  loop.notify_fork(Loop::fork_parent);
  while (ticks == 0) {
    loop.run_for(10ms);
    loop.restart();
  }
}

}  // namespace
}  // namespace pgjinja::async
