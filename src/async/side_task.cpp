#include "async/side_task.hpp"

#include "pg/signals_blocked.hpp"
#include "pg/wake_up.hpp"

#include <atomic>
#include <system_error>
#include <thread>
#include <utility>

namespace pgjinja::async {

struct SideTask::State {
  pg::WakeUp wake_up;
  std::function<void()> work;
  std::atomic<bool> ended = false;
  bool dropped = false;  // nobody waits any more; of the executor's thread

  void run() {
    work();
    work = nullptr;  // what it holds goes with it, on this thread
    ended = true;
    wake_up.ring();
  }
};

SideTask::SideTask(const boost::asio::any_io_executor& executor, std::function<void()> work)
    : state_(std::make_shared<State>()), wake_up_(executor) {
  state_->work = std::move(work);
  wake_up_.assign(state_->wake_up.descriptor());
  const pg::SignalsBlocked blocked;
  try {
    std::thread([state = state_] { state->run(); }).detach();
  } catch (const std::system_error&) {
    wake_up_.release();
    throw;
  }
}

SideTask::~SideTask() {
  state_->dropped = true;
  wake_up_.release();  // the state closes it
}

void SideTask::when_ended(std::function<void()> then) {
  wake_up_.async_wait(
      boost::asio::posix::stream_descriptor::wait_read,
      [this, state = state_, then = std::move(then)](const boost::system::error_code& error) {
        if (error || state->dropped) return;
        // A wait may also end for nothing.
        state->ended ? then() : when_ended(then);
      });
}

}  // namespace pgjinja::async
