#pragma once

#include <memory>
#include <mutex>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>

namespace pgjinja::async {

class LoopEnd;

/// What holds handlers, or what they refer to. A handler may own, through its coroutine's frame,
/// the very client or transaction that holds it: when the execution context is destroyed nobody
/// calls it, and nothing but this ends the circle. Neither copied nor moved.
class EndsWithLoop {
 public:
  explicit EndsWithLoop(LoopEnd& loop);
  virtual ~EndsWithLoop();
  EndsWithLoop(const EndsWithLoop&) = delete;
  EndsWithLoop& operator=(const EndsWithLoop&) = delete;

 private:
  friend class LoopEnd;
  /// The context is being destroyed: drops them. May destroy this too, as the last thing.
  virtual void loop_ended() noexcept = 0;
  /// The context goes on in a forked child, in which nobody answers: posts what ends it there. By
  /// default does nothing.
  virtual void loop_forked() {}

  LoopEnd* loop_;  // none: it was told, and is in no list
  EndsWithLoop* previous_ = nullptr;
  EndsWithLoop* next_ = nullptr;
};

/// Tells all that hold handlers of an execution context when it is destroyed, and in a forked child
/// whose program goes on with it (manual of Asio, "execution_context::service", shutdown() and
/// notify_fork()). Thread-safe.
class LoopEnd final : public boost::asio::execution_context::service {
 public:
  using key_type = LoopEnd;  // NOLINT(readability-identifier-naming): Asio looks for it
  static boost::asio::execution_context::id id;

  explicit LoopEnd(boost::asio::execution_context& context) : service(context) {}
  /// That of the executor's context. Looks it up behind a lock.
  static LoopEnd& of(const boost::asio::any_io_executor& executor);
  /// What a thread of the library's own has to hold while it posts. It is not to be had while the
  /// process forks: a child would find the lock of the context's queue taken for ever.
  [[nodiscard]] const std::shared_ptr<std::mutex>& fork_gate() const noexcept { return fork_gate_; }

 private:
  friend class EndsWithLoop;
  void shutdown() noexcept override;
  void notify_fork(boost::asio::execution_context::fork_event event) override;
  void add(EndsWithLoop& member);
  void remove(EndsWithLoop& member) noexcept;
  void unlink(EndsWithLoop& member) noexcept;

  const std::shared_ptr<std::mutex> fork_gate_ = std::make_shared<std::mutex>();
  bool forking_ = false;
  std::mutex mutex_;  // of the list
  EndsWithLoop* first_ = nullptr;
};

}  // namespace pgjinja::async
