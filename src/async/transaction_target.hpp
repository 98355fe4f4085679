#pragma once

#include "async/boundary.hpp"
#include "async/lender.hpp"
#include "async/transaction_state.hpp"

#include <pgjinja/async/target.hpp>

#include <memory>
#include <utility>

namespace pgjinja {

/// Executes jobs in one level of a transaction, and lends its connection to the streams of that.
class AsyncTransactionTarget final : public AsyncTemplateTarget,
                                     public async::Lender,
                                     public std::enable_shared_from_this<AsyncTransactionTarget> {
 public:
  using JobPtr = std::shared_ptr<AsyncJob>;

  AsyncTransactionTarget(std::shared_ptr<AsyncTransactionState> state,
                         std::shared_ptr<TransactionLevel> level)
      : state_(std::move(state)), level_(std::move(level)) {}

  JobPtr make_job(std::shared_ptr<BatchCall> call,
                  std::unique_ptr<detail::Completion> completion) override;
  void begin(const JobPtr& job) override { state_->begin(job, level_); }
  void cancel(const JobPtr& job) override { state_->cancel(job); }
  [[nodiscard]] boost::asio::any_io_executor executor() const noexcept override {
    return state_->core().strand;
  }
  [[nodiscard]] std::shared_ptr<const Engine> engine() const noexcept override {
    return state_->core().engine;
  }
  [[nodiscard]] ColumnNaming naming() const noexcept override;
  [[nodiscard]] std::shared_ptr<AsyncStreamSource> open_stream(
      Rendering& what, std::shared_ptr<AsyncStreamRows> rows,
      const StreamOptions& options) override;
  [[nodiscard]] std::shared_ptr<AsyncTarget> open_bulk(BulkWork work, std::string user) override;

  void borrow(const JobPtr& job) override { state_->borrow(job, level_); }
  void forget(const JobPtr& job) override { state_->forget(job); }
  void leaving() override { state_->leaving(); }
  void give_back(std::shared_ptr<async::AsyncConnection> /*connection*/,
                 const std::string& user) override {
    state_->give_back(user);
  }
  [[nodiscard]] bool has_others() const noexcept override { return false; }
  [[nodiscard]] std::exception_ptr wrong_end(async::AsyncConnection& connection) const override {
    return wrong_end_in_transaction(connection);
  }

  /// One that will be nested in this level.
  [[nodiscard]] std::shared_ptr<AsyncTransactionTarget> nested() const;
  /// What begins this level, or ends it.
  [[nodiscard]] std::shared_ptr<AsyncTarget> at(Boundary boundary) const;
  /// Nobody wants anything more of it: rolls back what is not committed. From any thread.
  void abandon() { state_->abandon(level_); }

 private:
  std::shared_ptr<AsyncTransactionState> state_;
  std::shared_ptr<TransactionLevel> level_;
};

}  // namespace pgjinja
