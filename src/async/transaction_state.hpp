#pragma once

#include "async/async_core.hpp"
#include "async/async_job.hpp"
#include "async/boundary.hpp"
#include "async/open_levels.hpp"
#include "async/transaction_level.hpp"
#include "client/local_settings.hpp"
#include "client/opening.hpp"
#include "client/plan.hpp"
#include "pg/wire/execute_machine.hpp"
#include "pg/wire/pipeline_machine.hpp"
#include "pg/wire/script_machine.hpp"

#include <pgjinja/async/call_options.hpp>
#include <pgjinja/client/transaction_options.hpp>

#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pgjinja {

/// A transaction and those nested in it: executes their jobs one after the other, on a connection
/// that it has for itself, and that it lends to their streams. But for what says otherwise all
/// happens on the client's strand.
class AsyncTransactionState final : public std::enable_shared_from_this<AsyncTransactionState> {
 public:
  using JobPtr = std::shared_ptr<AsyncJob>;
  using LevelPtr = std::shared_ptr<TransactionLevel>;

  AsyncTransactionState(std::shared_ptr<AsyncCore> core, AsyncCallOptions options,
                        TransactionOptions transaction)
      : core_(std::move(core)),
        options_(std::move(options)),
        transaction_(with_settings_of({.settings = options_.settings}, std::move(transaction))) {}

  [[nodiscard]] const AsyncCore& core() const noexcept { return *core_; }
  [[nodiscard]] const AsyncCallOptions& options() const noexcept { return options_; }
  /// The transaction itself.
  [[nodiscard]] const LevelPtr& outermost() const noexcept { return outermost_; }

  /// Executes the job's statement in `level`, behind what was begun before. From any thread.
  void begin(const JobPtr& job, const LevelPtr& level);
  /// Begins `level`, or ends it, by the job's statement. From any thread.
  void begin(const JobPtr& job, const LevelPtr& level, Boundary boundary);
  /// From any thread.
  void cancel(const JobPtr& job);
  /// Nobody wants anything more of the level, which is rolled back unless it has ended, behind what
  /// was begun before, and when its streams have ended. From any thread.
  void abandon(const LevelPtr& level);

  /// The job of its beginning has got it a connection.
  void take(std::shared_ptr<async::AsyncConnection> connection);
  void borrow(const JobPtr& job, const LevelPtr& level);
  void forget(const JobPtr& job);
  void leaving() { lent_ = Lent::Returning; }
  void give_back(const std::string& user);

 private:
  /// Without a job: an abandoned level.
  struct Waiting {
    JobPtr job;
    LevelPtr level;
    std::optional<Boundary> boundary = std::nullopt;

    /// Whose level has to be the innermost one for it.
    [[nodiscard]] const TransactionLevel& place() const {
      return boundary == Boundary::Nest ? *level->outer() : *level;
    }
    /// Does it end the transaction itself?
    [[nodiscard]] bool ends_all() const { return boundary && level->outer() == nullptr; }
  };
  /// Is the connection a stream's?
  enum class Lent : std::uint8_t { No, Yes, Returning };

  void post(Waiting what);
  void next();
  void start_next();
  void leave(const LevelPtr& level);
  void roll_back_abandoned();
  void run_next();
  void lend();
  void check() const;
  [[nodiscard]] std::exception_ptr refusal() const;
  void run_packet();
  /// Of the statement that runs.
  [[nodiscard]] std::optional<jinja::PlanChoice> plan() const;
  void run_later();
  void run_ending();
  void roll_back();
  void end_packet();
  [[nodiscard]] bool is_lost_unbegun() const;
  void begin_on_another();
  void end_later();
  void end_rollback();
  void end(pg::Outcome outcome);
  void cross(const Waiting& ended);
  void fail(const std::exception_ptr& failure);
  [[nodiscard]] bool spoilt() const;
  [[nodiscard]] pg::CallLimits rollback_limits() const;
  void release();

  std::shared_ptr<AsyncCore> core_;
  AsyncCallOptions options_;
  TransactionOptions transaction_;
  LevelPtr outermost_ = std::make_shared<TransactionLevel>();

  std::shared_ptr<async::AsyncConnection> connection_;  // none: not begun, or ended
  std::weak_ptr<AsyncJob> borrowing_;                   // what waits for another one
  std::size_t attempts_ = 0;                            // to begin
  bool begun_ = false;                                  // BEGIN was executed
  OpenLevels levels_ = OpenLevels(outermost_);
  LevelPtr abandoned_;  // to be rolled back, with those in it; none: nothing is
  Lent lent_ = Lent::No;
  std::string failed_in_;  // what failed, as messages call it
  std::deque<Waiting> waiting_;
  std::optional<Waiting> running_;

  std::optional<Opening> opening_;
  std::optional<PlanSwitch> planned_;
  std::vector<pg::PipelineEntry> entries_;
  std::size_t call_ = 0;  // the entry of the job's own statement
  std::optional<pg::wire::PipelineMachine> pipeline_;
  std::optional<pg::wire::ExecuteMachine> machine_;
  std::optional<pg::wire::ScriptMachine> script_;
};

/// What is wrong with the session behind a statement that has succeeded in a transaction; nullptr:
/// nothing.
[[nodiscard]] std::exception_ptr wrong_end_in_transaction(async::AsyncConnection& connection);

}  // namespace pgjinja
