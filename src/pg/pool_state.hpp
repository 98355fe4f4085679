#pragma once

#include "pg/pool/books.hpp"
#include "pg/pool/errors.hpp"
#include "pg/pool/event_line.hpp"
#include "pg/pool/habit.hpp"
#include "pg/pool/housekeeper.hpp"
#include "pg/pool/machine.hpp"
#include "pg/pool/openings.hpp"
#include "pg/pool/waiter.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/pool_settings.hpp>
#include <pgjinja/pg/pool_statistics.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::pg {

/// What a pool, its leases and its threads share: the machine under a lock, and the connections.
/// Every public method is thread-safe. It lives as long as its pool, and as something is lent or
/// waited for.
class PoolState final : public std::enable_shared_from_this<PoolState>, private pool::House {
 public:
  using NodeId = pool::NodeId;

  /// A connection that is lent; it lives until it is released.
  struct Loan {
    NodeId node = 0;
    Connection* connection = nullptr;
    std::uint64_t answers = 0;  ///< of the server, before it was looked at
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
  class Hold;
  using Lock = std::unique_lock<std::mutex>;
  using Moment = pool::Moment;
  enum class Fitness : std::uint8_t { Fit, Dead, Unknown };

  // A connection for a caller.
  class Limits;
  struct Caller;
  pool::Proof borrow(Loan& loan, Caller& caller);
  std::optional<pool::Machine::Loan> reclaim(Moment now);
  void join_line(Caller& caller, Moment now);
  void wait(Loan& loan, pool::Waiter& self, const CallLimits& limits);
  [[noreturn]] void throw_end(const pool::Waiter& self, const CallLimits& limits);
  [[noreturn]] void refuse(pool::Refusal why, bool fast, const pool::Waiter& self);
  void note_refusal(std::string_view reason, const pool::Waiter& self);
  Fitness examine(SessionDriver& session, pool::Proof proof, Limits& limits) const;
  bool lend(Loan& loan, std::string_view label);
  void pass_on(const Loan& loan, Moment now, bool answered);
  void put_back(const Loan& loan, bool answered);
  void send_reset(NodeId node);
  void give_up(const Loan& loan, pool::Ending why);
  bool clean(SessionDriver& session) noexcept;
  [[nodiscard]] bool any_waits();
  [[nodiscard]] CallLimits limits_of(const CallLimits& call) const;
  void check_process() const;

  void shut();

  // For the housekeeper.
  void work(Work& work) override;
  void open(NodeId node) override;
  std::shared_ptr<SessionDriver> session(NodeId node) override;
  void checked(NodeId node, bool alive) override;
  void closed(NodeId node) override;
  void opened(NodeId node, pool::Openings::Opened opening);

  // With the lock.
  void obey();
  void obey(const pool::Order& order);
  void end_wait(const pool::Order& order);
  void close_now(NodeId node);
  bool await_change(Lock& lock, const CallLimits& limits, const auto& condition);
  void note_breaker(Moment now);
  [[nodiscard]] pool::Situation situation() const;
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
  std::vector<std::unique_ptr<Connection>> connections_;  // by node
  std::vector<pool::Order> todo_;                         // for the housekeeper
  std::shared_ptr<pool::Waiter> served_;                  // the first of those to be woken
  std::optional<Error> last_failure_;                     // of the openings that fail now
  bool closed_ = false;
  std::size_t watchers_ = 0;             // wait for changed_
  std::condition_variable_any changed_;  // sizes have, or an opening failed
  std::shared_ptr<PoolState> self_;      // when it is closed, and something is still lent

  pool::EventLine events_;
  pool::Openings openings_;
  pool::Housekeeper housekeeper_;
};

/// The lock, and what follows when it is let go: who has been served is woken.
class PoolState::Hold {
 public:
  explicit Hold(PoolState& pool) : pool_(pool), lock_(pool.mutex_) {}
  /// Where nothing is lent any more of a pool that is gone, this was the last of it.
  ~Hold() {
    std::shared_ptr<pool::Waiter> first = std::move(pool_.served_);
    std::shared_ptr<PoolState> last;
    if (pool_.self_ != nullptr && pool_.machine_.sizes().lent == 0) last = std::move(pool_.self_);
    lock_.unlock();
    while (first != nullptr) {
      std::shared_ptr<pool::Waiter> next = std::move(first->next);
      first->wake();
      first = std::move(next);
    }
  }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

 private:
  PoolState& pool_;
  Lock lock_;
};

}  // namespace pgjinja::pg
