#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include <boost/asio/any_io_executor.hpp>

namespace pgjinja::async {

/// Posts a function to an executor when it is time, from a thread of its own: a timer of the
/// executor's own would keep it at work, and a program whose event loop is to end when nothing is
/// left to do would never end.
class Ticker {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  Ticker(boost::asio::any_io_executor executor, std::function<void()> tick);
  ~Ticker() { stop(); }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  /// Not later than then; a later moment that was set before does not count any more. Does nothing
  /// in a forked child.
  void set(Moment moment);
  /// The executor is used no more when this returns.
  void stop() noexcept;

 private:
  [[nodiscard]] bool is_here() const noexcept;
  void run();
  void post();

  std::shared_ptr<std::mutex> fork_gate_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<boost::asio::any_io_executor> executor_;
  std::function<void()> tick_;
  Moment next_ = Moment::max();
  bool over_ = false;
  std::uint64_t generation_;  // of the process that the thread is in
  std::thread thread_;
};

}  // namespace pgjinja::async
