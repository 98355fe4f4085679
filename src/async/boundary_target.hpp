#pragma once

#include "async/boundary.hpp"
#include "async/transaction_state.hpp"

#include <pgjinja/async/target.hpp>

#include <memory>
#include <utility>

namespace pgjinja {

/// Begins or ends a level of a transaction, behind what was begun before.
class BoundaryTarget final : public AsyncTarget {
 public:
  BoundaryTarget(std::shared_ptr<AsyncTransactionState> state,
                 std::shared_ptr<TransactionLevel> level, Boundary boundary)
      : state_(std::move(state)), level_(std::move(level)), boundary_(boundary) {}

  std::shared_ptr<AsyncJob> make_job(std::shared_ptr<BatchCall> call,
                                     std::unique_ptr<detail::Completion> completion) override {
    const AsyncCallOptions& options = state_->options();
    auto job = std::make_shared<AsyncJob>(state_->core().loop, std::move(call),
                                          std::move(completion), options);
    job->bound().statement().sql = command_of(boundary_, *level_);
    job->bound().time = state_->core().engine->time_of({.timeout = options.timeout});
    return job;
  }
  void begin(const std::shared_ptr<AsyncJob>& job) override {
    state_->begin(job, level_, boundary_);
  }
  void cancel(const std::shared_ptr<AsyncJob>& job) override { state_->cancel(job); }
  [[nodiscard]] boost::asio::any_io_executor executor() const noexcept override {
    return state_->core().strand;
  }

 private:
  std::shared_ptr<AsyncTransactionState> state_;
  std::shared_ptr<TransactionLevel> level_;
  Boundary boundary_;
};

}  // namespace pgjinja
