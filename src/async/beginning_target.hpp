#pragma once

#include "async/client_target.hpp"
#include "async/transaction_state.hpp"

#include <memory>
#include <utility>

namespace pgjinja {

/// Waits for a connection, and lends it to a transaction.
class BeginningTarget final : public ClientTarget {
 public:
  BeginningTarget(std::shared_ptr<AsyncCore> core, AsyncCallOptions options,
                  std::shared_ptr<AsyncTransactionState> transaction)
      : ClientTarget(std::move(core), std::move(options)), transaction_(std::move(transaction)) {}

  std::shared_ptr<AsyncJob> make_job(std::shared_ptr<BatchCall> call,
                                     std::unique_ptr<detail::Completion> completion) override {
    auto job = ClientTarget::make_job(std::move(call), std::move(completion));
    job->loan = [transaction = transaction_](const std::shared_ptr<AsyncJob>& lent,
                                             std::shared_ptr<async::AsyncConnection> connection) {
      transaction->take(std::move(connection));
      static_cast<void>(lent->end({}));  // it has no statement
    };
    return job;
  }

 private:
  std::shared_ptr<AsyncTransactionState> transaction_;
};

}  // namespace pgjinja
