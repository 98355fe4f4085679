#pragma once

#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/pool_settings.hpp>

#include <memory>
#include <vector>

namespace pgjinja::pg {

class PoolState;

/// A connection borrowed from a Pool; the destructor gives it back. Movable; for one thread at a
/// time. It may outlive its pool; the connection is closed then.
///
/// What comes back in a transaction block is rolled back. Settings made with SET, temporary tables
/// and session locks stay with the connection, as they do in every pool that does not reset.
class Lease {
 public:
  ~Lease();
  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&& other) noexcept;

  [[nodiscard]] Connection& operator*() const noexcept { return *connection_; }
  [[nodiscard]] Connection* operator->() const noexcept { return connection_.get(); }

 private:
  friend class Pool;
  Lease(std::shared_ptr<PoolState> pool, std::unique_ptr<Connection> connection) noexcept;
  void give_back() noexcept;

  std::shared_ptr<PoolState> pool_;
  std::unique_ptr<Connection> connection_;
};

/// A bounded set of connections to one server, for any number of threads. Connections are opened
/// when they are needed; the one that was used last is handed out first.
class Pool {
 public:
  /// Opens nothing yet. @throws Error{Config} for a max_size of 0 or above
  /// PoolSettings::kMostConnections.
  explicit Pool(Settings settings, PoolSettings pool_settings = {});
  /// Closes idle connections; callers that wait get Error{Config}.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// Lends a connection: an idle one that the server has not closed meanwhile, else a new one, else
  /// the next that comes back. Those who wait are served in the order in which they came.
  /// Thread-safe.
  /// @throws Error{Timeout} when acquire_timeout or the deadline of `limits` passed, with what the
  ///         pool was waiting for: a connection to come back, or one to be opened;
  ///         Error{Cancelled} when a stop was requested while it waited for one to come back;
  ///         Error{Connection} when a new connection cannot be opened;
  ///         Error{Config} in a child that was forked after the pool was made.
  Lease acquire(const CallLimits& limits = {});

  /// Lends all connections that are idle now, also none: it opens none and waits for none.
  /// Thread-safe. @throws Error{Config} as acquire()
  std::vector<Lease> acquire_idle();

  /// A snapshot; thread-safe.
  [[nodiscard]] PoolStatistics statistics() const;

 private:
  std::shared_ptr<PoolState> state_;
};

}  // namespace pgjinja::pg
