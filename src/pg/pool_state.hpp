#pragma once

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/pool_settings.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace pgjinja::pg {

/// What a pool and its leases share. Every method is thread-safe.
///
/// A slot is the right to have one connection. It is counted in `open_` and belongs to an idle
/// connection, a lease, or the one caller that is opening a connection for it. A slot that gets
/// free goes straight to the caller that waited longest, with or without a connection in it, so
/// that nobody who comes later overtakes.
class PoolState {
 public:
  PoolState(Settings settings, PoolSettings pool_settings);

  /// @throws as Pool::acquire()
  std::unique_ptr<Connection> acquire(const CallLimits& limits);
  /// One that is idle and that the server has not closed, or null.
  std::unique_ptr<Connection> take_idle();
  void release(std::unique_ptr<Connection> connection) noexcept;
  void close() noexcept;
  [[nodiscard]] PoolStatistics statistics() const;

 private:
  struct Waiter {
    std::condition_variable_any served_signal;
    bool served = false;
    std::unique_ptr<Connection> connection;  // null: open one
  };
  using Lock = std::unique_lock<std::mutex>;

  /// `limits` already have the pool's own acquire_timeout in them.
  /// A connection, or null with a slot to open one in.
  std::unique_ptr<Connection> take_slot(const CallLimits& limits);
  std::unique_ptr<Connection> wait_for_slot(Lock& lock, const CallLimits& limits);
  std::unique_ptr<Connection> open_connection(const CallLimits& limits);
  void give_up_slot(const std::string& failure);
  void pass_on(std::unique_ptr<Connection> connection) noexcept;
  void check_process() const;
  [[nodiscard]] CallLimits limits_of(const CallLimits& call) const;
  [[noreturn]] void throw_timeout(const CallLimits& limits) const;

  const Settings settings_;
  const PoolSettings pool_settings_;
  const std::string timeout_name_;  // how messages call the acquire_timeout
  const std::uint64_t generation_;

  mutable std::mutex mutex_;
  bool closed_ = false;
  std::size_t open_ = 0;
  std::vector<std::unique_ptr<Connection>> idle_;  // the one used last is at the end
  std::list<Waiter*> waiting_;                     // the one that came first is in front
  std::string last_failure_;
};

}  // namespace pgjinja::pg
