#pragma once

#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace pgjinja::async {

/// Work that blocks, on a thread of its own, and its end as an event of an executor. The thread
/// knows nothing of the executor, which may be gone before it has ended.
class SideTask {
 public:
  /// Starts it. @throws Error{Runtime}, std::system_error when the process has no descriptor or
  /// thread left.
  SideTask(const boost::asio::any_io_executor& executor, std::function<void()> work);
  ~SideTask();
  SideTask(const SideTask&) = delete;
  SideTask& operator=(const SideTask&) = delete;

  /// Calls `then` on the executor when the work has ended, unless this is destroyed before.
  void when_ended(std::function<void()> then);

 private:
  struct State;
  std::shared_ptr<State> state_;
  boost::asio::posix::stream_descriptor wake_up_;
};

}  // namespace pgjinja::async
