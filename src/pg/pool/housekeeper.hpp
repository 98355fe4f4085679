#pragma once

#include "pg/pool/machine.hpp"
#include "pg/session_driver.hpp"
#include "pg/wake_up.hpp"

#include <memory>
#include <thread>
#include <vector>

namespace pgjinja::pg::pool {

/// Whom a Housekeeper works for. All methods are called from its thread.
class House {
 public:
  struct Work {
    std::vector<Order> orders;  ///< to open, to check, to close
    Moment next;                ///< when to ask again, if it does not ring before
    bool over = false;          ///< there will never be any more
  };

  virtual ~House() = default;
  /// Does what is due, and says what is to be done.
  virtual void work(Work& work) = 0;
  /// Opens a connection for the node, elsewhere.
  virtual void open(NodeId node) = 0;
  /// The node's connection.
  virtual std::shared_ptr<SessionDriver> session(NodeId node) = 0;
  virtual void checked(NodeId node, bool alive) = 0;
  /// Lets go of the node's connection, which the server has closed or does not answer to.
  virtual void closed(NodeId node) = 0;
};

/// The thread of a blocking pool: does what is due when nobody calls, asks idle connections for a
/// sign of life and takes leave of those that are closed, all of them at once and none for longer
/// than it may take.
class Housekeeper {
 public:
  /// @throws Error{Runtime} when the process has no descriptor left.
  Housekeeper(House& house, std::chrono::milliseconds check_timeout)
      : house_(house), check_timeout_(check_timeout) {}

  /// @throws Error{Runtime} when no thread can be started. Does nothing when it has been.
  void start();
  [[nodiscard]] bool started() const noexcept { return thread_.joinable(); }
  /// There is something to do. Thread-safe.
  void ring() const noexcept { wake_up_.ring(); }
  /// Waits until it has seen that there is no more work.
  void join();
  /// In a forked child, where there is no such thread.
  void forget();

 private:
  /// A connection whose server has to say something, or to hang up.
  struct Errand {
    NodeId node;
    bool closing;
    std::shared_ptr<SessionDriver> session;
    Moment end;
  };

  void run();
  void begin(const Order& order);
  void wait(Moment until);
  void end_errands();
  bool end(const Errand& errand);

  House& house_;
  std::chrono::milliseconds check_timeout_;
  WakeUp wake_up_;
  House::Work work_;
  std::vector<Errand> errands_;
  std::thread thread_;
};

}  // namespace pgjinja::pg::pool
