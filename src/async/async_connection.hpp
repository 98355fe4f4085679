#pragma once

#include "async/loop_end.hpp"
#include "async/side_task.hpp"
#include "pg/session_driver.hpp"
#include "pg/wire/conversation.hpp"
#include "pg/wire/script_machine.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/call_limits.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace pgjinja::async {

/// Runs conversations over an open session as events of an executor, one at a time: what the
/// blocking driver is for threads. All methods are to be called on the executor, which must run one
/// handler at a time (a strand).
class AsyncConnection final : public std::enable_shared_from_this<AsyncConnection>,
                              private EndsWithLoop {
 public:
  AsyncConnection(const boost::asio::any_io_executor& executor,
                  std::shared_ptr<pg::SessionDriver> session, std::uint32_t node = 0,
                  std::size_t host = 0);
  ~AsyncConnection() override;
  AsyncConnection(const AsyncConnection&) = delete;
  AsyncConnection& operator=(const AsyncConnection&) = delete;

  /// Runs `machine`, which has to live until `then` is called: when it is done or pauses, and no
  /// cancellation can come any more.
  void run(pg::wire::Conversation& machine, const pg::CallLimits& limits,
           std::function<void()> then);
  /// Rolls back when the session is in a transaction block; one that cannot is not usable any more.
  void leave_transaction(std::function<void()> then);
  /// Runs a script and drops what it returns; a session in which it fails, or leaves a transaction
  /// open, is not usable any more.
  void run_script(std::string_view script, std::chrono::steady_clock::time_point deadline,
                  std::function<void()> then);
  /// Says that no more will come, and waits until the server has closed the session, but not for
  /// longer than `patience`.
  void take_leave(std::chrono::milliseconds patience, std::function<void()> then);
  /// Ends the run of a machine that has asked the server for nothing, and only listens.
  void leave_off();
  /// Cancels what runs, as its caller asked.
  void cancel();

  /// The pool's number for it.
  [[nodiscard]] std::uint32_t node() const noexcept { return node_; }
  /// Whose pool that is.
  [[nodiscard]] std::size_t host() const noexcept { return host_; }
  [[nodiscard]] const boost::asio::any_io_executor& executor() const noexcept { return executor_; }
  [[nodiscard]] pg::SessionDriver& session() noexcept { return *session_; }
  /// For who uses it by other means while nothing runs here.
  [[nodiscard]] const std::shared_ptr<pg::SessionDriver>& shared_session() const noexcept {
    return session_;
  }

 private:
  using Clock = std::chrono::steady_clock;

  void loop_ended() noexcept override;
  void loop_forked() override;
  void step();
  bool write();
  void read();
  void await(bool to_write);
  void on_ready(std::uint64_t turn);
  bool disowned();
  void set_timer(Clock::time_point moment);
  void on_timer();
  void interrupt(ErrorKind kind);
  void request_cancel();
  void settle();
  void finish();
  void await_end();
  [[nodiscard]] std::chrono::milliseconds elapsed() const;

  boost::asio::any_io_executor executor_;
  std::shared_ptr<pg::SessionDriver> session_;
  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer timer_;

  pg::wire::Conversation* machine_ = nullptr;  // what runs
  pg::CallLimits limits_;
  std::function<void()> then_;
  Clock::time_point began_;
  std::uint64_t turn_ = 0;  // tells what is awaited now from what was awaited before
  bool awaiting_ = false;
  std::uint64_t timer_turn_ = 0;
  ErrorKind reason_ = ErrorKind::Timeout;
  bool interrupted_ = false;
  Clock::time_point end_;  // of the patience
  std::optional<SideTask> request_;
  bool request_ended_ = true;
  std::optional<pg::wire::ScriptMachine> script_;
  std::uint32_t node_;
  std::size_t host_;
};

}  // namespace pgjinja::async
