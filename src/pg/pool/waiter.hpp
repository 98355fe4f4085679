#pragma once

#include "pg/pool/machine.hpp"
#include "pg/pool/waiting_line.hpp"

#include <pgjinja/pg/call_limits.hpp>
#include <pgjinja/pg/connection.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <string_view>

#include <semaphore.h>

namespace pgjinja::pg::pool {

/// A thread that waits for a connection. Who serves it shares it, since that wakes it when the
/// pool's lock has been let go, and it may be gone by then.
///
/// It sleeps on a semaphore of its own: woken under the pool's lock, it would only wait for that
/// again. From a std::condition_variable it would wake with a lock that takes a system call to let
/// go, and std::counting_semaphore yields before it sleeps.
class Waiter final : public Borrower, public std::enable_shared_from_this<Waiter> {
 public:
  explicit Waiter(std::string_view name);
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter();

  /// Until it is woken. False: the deadline has passed or a stop was requested, and it was not.
  bool sleep(const CallLimits& limits);
  /// Once for each time that it is `over`. Thread-safe.
  void wake() noexcept;

  // With the pool's lock, or by the thread itself when it has been woken.
  std::string_view label;
  bool over = false;               ///< it need not wait any more, and is about to be woken
  std::optional<Refusal> refusal;  ///< else it has been served
  NodeId node = 0;
  Connection* connection = nullptr;
  std::shared_ptr<Waiter> next;  ///< of those who are to be woken

 private:
  std::atomic<bool> woken_ = false;
  sem_t signals_;  // there is something to look at
};

}  // namespace pgjinja::pg::pool
