#pragma once

#include "async/client_target.hpp"
#include "async/lender.hpp"
#include "client/local_settings.hpp"
#include "client/opening.hpp"
#include "client/plan.hpp"
#include "pg/wire/execute_machine.hpp"
#include "pg/wire/pipeline_machine.hpp"

#include <pgjinja/client/transaction_options.hpp>

#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pgjinja {

/// Executes jobs one after the other in a transaction, on a connection that it has for itself, and
/// that it lends to its streams. But for make_job(), begin(), cancel(), open_stream() and abandon()
/// all happens on the client's strand.
class AsyncTransactionTarget final : public AsyncTemplateTarget,
                                     public async::Lender,
                                     public std::enable_shared_from_this<AsyncTransactionTarget> {
 public:
  using JobPtr = std::shared_ptr<AsyncJob>;
  enum class Ending : std::uint8_t { None, Commit, Rollback };

  AsyncTransactionTarget(std::shared_ptr<AsyncCore> core, AsyncCallOptions options,
                         TransactionOptions transaction)
      : core_(std::move(core)),
        options_(std::move(options)),
        transaction_(with_settings_of({.settings = options_.settings}, std::move(transaction))) {}

  JobPtr make_job(std::shared_ptr<BatchCall> call,
                  std::unique_ptr<detail::Completion> completion) override;
  [[nodiscard]] std::shared_ptr<const Engine> engine() const noexcept override {
    return core_->engine;
  }
  void begin(const JobPtr& job) override { begin(job, Ending::None); }
  void begin(const JobPtr& job, Ending ending);
  void cancel(const JobPtr& job) override;
  [[nodiscard]] ColumnNaming naming() const noexcept override { return core_->engine->naming(); }
  [[nodiscard]] std::shared_ptr<AsyncStreamSource> open_stream(
      Rendering& what, std::shared_ptr<AsyncStreamRows> rows,
      const StreamOptions& options) override;
  [[nodiscard]] std::shared_ptr<AsyncTarget> open_bulk(BulkWork work, std::string user) override;
  [[nodiscard]] boost::asio::any_io_executor executor() const noexcept override {
    return core_->strand;
  }

  void borrow(const JobPtr& job) override;
  void forget(const JobPtr& job) override;
  void leaving() override { lent_ = Lent::Returning; }
  void give_back(std::shared_ptr<async::AsyncConnection> connection,
                 const std::string& user) override;
  [[nodiscard]] std::exception_ptr wrong_end(async::AsyncConnection& connection) const override;

  /// The job of its beginning has got it a connection.
  void take(std::shared_ptr<async::AsyncConnection> connection);
  /// Nobody wants anything more of it: rolls back what is not committed. From any thread.
  void abandon();
  /// A job that ends it.
  JobPtr ending_job(std::shared_ptr<BatchCall> call, std::unique_ptr<detail::Completion> completion,
                    Ending ending);

 private:
  struct Waiting {
    JobPtr job;
    Ending ending;
  };
  /// Is the connection a stream's?
  enum class Lent : std::uint8_t { No, Yes, Returning };

  void next();
  void run_next();
  void lend();
  [[nodiscard]] std::exception_ptr refusal() const;
  void run_packet();
  /// Of the statement that runs.
  [[nodiscard]] std::optional<jinja::PlanChoice> plan() const;
  void run_later();
  void run_ending();
  void end_packet();
  void end_later();
  void end(pg::Outcome outcome);
  void fail(const std::exception_ptr& failure);
  [[nodiscard]] bool spoilt() const;
  void release();

  std::shared_ptr<AsyncCore> core_;
  AsyncCallOptions options_;
  TransactionOptions transaction_;

  std::shared_ptr<async::AsyncConnection> connection_;  // none: not begun, or ended
  bool begun_ = false;                                  // BEGIN was executed
  bool abandoned_ = false;
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
};

/// Waits for a connection, and lends it to a transaction.
class BeginningTarget final : public ClientTarget {
 public:
  BeginningTarget(std::shared_ptr<AsyncCore> core, AsyncCallOptions options,
                  std::shared_ptr<AsyncTransactionTarget> transaction)
      : ClientTarget(std::move(core), std::move(options)), transaction_(std::move(transaction)) {}
  std::shared_ptr<AsyncJob> make_job(std::shared_ptr<BatchCall> call,
                                     std::unique_ptr<detail::Completion> completion) override;

 private:
  std::shared_ptr<AsyncTransactionTarget> transaction_;
};

/// Ends a transaction behind what was begun before.
class EndingTarget final : public AsyncTarget {
 public:
  EndingTarget(std::shared_ptr<AsyncTransactionTarget> transaction,
               AsyncTransactionTarget::Ending ending)
      : transaction_(std::move(transaction)), ending_(ending) {}
  std::shared_ptr<AsyncJob> make_job(std::shared_ptr<BatchCall> call,
                                     std::unique_ptr<detail::Completion> completion) override {
    return transaction_->ending_job(std::move(call), std::move(completion), ending_);
  }
  void begin(const std::shared_ptr<AsyncJob>& job) override { transaction_->begin(job, ending_); }
  void cancel(const std::shared_ptr<AsyncJob>& job) override { transaction_->cancel(job); }
  [[nodiscard]] boost::asio::any_io_executor executor() const noexcept override {
    return transaction_->executor();
  }

 private:
  std::shared_ptr<AsyncTransactionTarget> transaction_;
  AsyncTransactionTarget::Ending ending_;
};

}  // namespace pgjinja
