#pragma once

#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/pool_settings.hpp>
#include <pgjinja/pg/pool_statistics.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace pgjinja::pg {

class PoolState;

/// A connection borrowed from a Pool; the destructor gives it back. Movable; for one thread at a
/// time. It may outlive its pool; the connection is closed then.
///
/// What comes back in a transaction block is rolled back, and freed from what else was left in the
/// session as PoolSettings::reset says. That is sent when it comes back, and waited for by the next
/// borrower, if it has not been done by then.
class Lease {
 public:
  ~Lease();
  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&& other) noexcept;

  [[nodiscard]] Connection& operator*() const noexcept { return *connection_; }
  [[nodiscard]] Connection* operator->() const noexcept { return connection_; }

 private:
  friend class Pool;
  Lease(PoolState& pool, std::uint32_t node, Connection* connection,
        std::uint64_t answers) noexcept;
  void give_back() noexcept;

  PoolState* pool_;  // is there as long as something of it is lent
  Connection* connection_;
  std::uint64_t answers_;  // of the server, before
  std::uint32_t node_;
};

/// A bounded set of connections to one server, for any number of threads. Connections are opened
/// when they are needed, by threads of the pool; the one that was used last is handed out first.
///
/// One that the server has closed is replaced and no borrower sees it; one that has been idle for
/// long is asked for a sign of life first. While the server cannot be reached, callers wait until
/// it is there again, and after PoolSettings::breaker_after they get the error at once.
///
/// There are never more than max_size connections, also at the server: one that is closed counts
/// until the server has closed it, or has not done so for half a second.
class Pool {
 public:
  /// Opens nothing yet. @throws Error{Config} for a max_size of 0 or above
  /// PoolSettings::kMostConnections, or a min_size above it.
  explicit Pool(Settings settings, PoolSettings pool_settings = {});
  /// Closes idle connections; callers that wait get Error{Config}. Openings that are under way are
  /// stopped; the look-up of a host's name is not waited for longer than 200 ms.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// Lends a connection: an idle one that the server has not closed meanwhile, else the first that
  /// comes back or has been opened. Those who wait are served in the order in which they came.
  /// Thread-safe. `label` says who borrows it, for example "shop/checkout/orders/insert": in
  /// statistics, in errors of others who wait, in events, and if label_sessions says so at the
  /// server. It is copied.
  /// @throws Error{Timeout} when acquire_timeout or the deadline of `limits` passed, with what the
  ///         pool was waiting for: a connection to come back, with who has had one longest, or one
  ///         to be opened, with why the last attempt failed;
  ///         Error{Cancelled} when a stop was requested while it waited;
  ///         Error{Connection} and others when no connection can be opened and none is open;
  ///         Error{Limit} when most_waiting callers wait already;
  ///         Error{Config} when the pool was drained, and in a child that was forked after the pool
  ///         was made. All but the last are safe_to_retry().
  Lease acquire(const CallLimits& limits = {}, std::string_view label = {});

  /// Lends all connections that are idle now, also none: it opens none and waits for none.
  /// Thread-safe. @throws Error{Config} as acquire()
  std::vector<Lease> acquire_idle();

  /// Opens min_size connections, and waits for them. Thread-safe. @throws as acquire()
  void prewarm(const CallLimits& limits = {});

  /// Replaces all connections: those that are idle now, those that are lent when they come back.
  /// For changes that only new sessions see. Thread-safe. @throws Error{Config} in a forked child
  void renew();

  /// Lends nothing any more, and waits until what is lent has come back. What has not by `deadline`
  /// is cancelled at the server, again and again for Settings::cancel_patience. Returns whether all
  /// have come back. Thread-safe. @throws Error{Config} in a forked child
  bool drain(std::chrono::steady_clock::time_point deadline);

  /// A snapshot; thread-safe.
  [[nodiscard]] PoolStatistics statistics() const;
  /// How many borrowers it has: those who have a connection, and those who wait. Thread-safe.
  [[nodiscard]] std::size_t outstanding() const;

 private:
  friend class Cluster;
  /// `on_read_only` is called, with no lock held, when a session has come back whose server refuses
  /// to write.
  Pool(Settings settings, PoolSettings pool_settings, std::function<void()> on_read_only);

  std::shared_ptr<PoolState> state_;
};

}  // namespace pgjinja::pg
