#pragma once

#include "pg/pool/books.hpp"
#include "pg/pool/errors.hpp"
#include "pg/pool/housekeeper.hpp"
#include "pg/pool/machine.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/pool_settings.hpp>
#include <pgjinja/pg/pool_statistics.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::pg {

/// What a pool, its leases and its threads share: the machine under a lock, and the connections.
/// Every public method is thread-safe.
class PoolState final : public std::enable_shared_from_this<PoolState>, private pool::House {
 public:
  using NodeId = pool::NodeId;

  /// A connection that is lent; it lives until it is released.
  struct Loan {
    NodeId node = 0;
    Connection* connection = nullptr;
    std::uint64_t answers = 0;  ///< of the server, by then
    bool lent = false;          ///< to a borrower, and not only for a look
  };

  /// `on_read_only` as for Pool; may be empty.
  PoolState(Settings settings, PoolSettings pool_settings,
            std::function<void()> on_read_only = nullptr);

  /// @throws as Pool::acquire()
  Loan acquire(const CallLimits& limits, std::string_view label);
  /// One that is idle and that the server has not closed, or none.
  std::optional<Loan> take_idle();
  void release(const Loan& loan) noexcept;

  void prewarm(const CallLimits& limits);
  void renew();
  bool drain(std::chrono::steady_clock::time_point deadline);
  /// Nothing is lent any more, and the threads end.
  void close() noexcept;
  [[nodiscard]] PoolStatistics statistics() const;
  [[nodiscard]] std::size_t outstanding() const;

 private:
  struct Waiter;
  using Lock = std::unique_lock<std::mutex>;
  using Moment = pool::Moment;
  enum class Fitness : std::uint8_t { Fit, Dead, Unknown };

  // A connection for a caller.
  class Limits;
  pool::Proof borrow(Loan& loan, std::unique_ptr<Waiter>& self, Limits& limits,
                     std::string_view label);
  void wait(Lock& lock, Waiter& self, const CallLimits& limits);
  [[noreturn]] void throw_end(const Waiter& self, const CallLimits& limits);
  [[noreturn]] void refuse(pool::Refusal why, bool fast, const Waiter& self);
  void note_refusal(std::string_view reason, const Waiter& self);
  Fitness examine(SessionDriver& session, pool::Proof proof, Limits& limits) const;
  bool lend(Loan& loan, std::string_view label);
  void put_back(const Loan& loan, bool answered);
  void give_up(const Loan& loan, pool::Ending why);
  bool clean(SessionDriver& session) noexcept;
  [[nodiscard]] CallLimits limits_of(const CallLimits& call) const;
  void check_process() const;

  // For the housekeeper.
  void work(Work& work) override;
  void open(NodeId node) override;
  std::shared_ptr<SessionDriver> session(NodeId node) override;
  void checked(NodeId node, bool alive) override;
  void closed(NodeId node) override;
  void open_connection(NodeId node) noexcept;
  void opened(NodeId node, std::unique_ptr<Connection> connection, Moment began);
  void opening_failed(NodeId node, const Error& failure);

  // With the lock.
  void obey();
  void obey(const pool::Order& order);
  void close_now(NodeId node);
  bool await_change(Lock& lock, const CallLimits& limits, const auto& condition);
  void note_breaker(Moment now);
  void tell(PoolEvent event);
  [[nodiscard]] pool::Situation situation(Moment now) const;

  // Without it.
  void tell_events() noexcept;
  std::vector<CancelKey> keys_of_lent();

  const Settings settings_;
  const PoolSettings pool_settings_;
  const std::string timeout_name_;  // how messages call the acquire_timeout
  const std::function<void()> on_read_only_;
  const std::chrono::milliseconds patrol_;
  const std::uint64_t generation_;

  mutable std::mutex mutex_;
  pool::Machine machine_;
  pool::Books books_;
  std::deque<std::unique_ptr<Connection>> connections_;  // by node
  std::vector<pool::Order> todo_;                        // for the housekeeper
  std::vector<PoolEvent> events_;                        // to be told without the lock
  std::optional<Error> last_failure_;                    // of the openings that fail now
  bool closed_ = false;
  std::size_t openings_ = 0;             // threads
  std::size_t watchers_ = 0;             // wait for changed_
  std::condition_variable_any changed_;  // sizes have, or an opening failed
  std::stop_source no_more_openings_;

  pool::Housekeeper housekeeper_;
};

}  // namespace pgjinja::pg
