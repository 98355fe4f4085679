#include "async/transaction_target.hpp"
#include "client/untyped_calls.hpp"

#include <pgjinja/async/transaction.hpp>
#include <pgjinja/core/error.hpp>

#include <utility>

namespace pgjinja {

AsyncTransaction::AsyncTransaction() noexcept : AsyncExecutor(nullptr) {}

AsyncTransaction::AsyncTransaction(std::shared_ptr<AsyncTransactionTarget> target) noexcept
    : AsyncExecutor(target), transaction_(std::move(target)) {}

AsyncTransaction::~AsyncTransaction() { abandon(); }

AsyncTransaction::AsyncTransaction(AsyncTransaction&& other) noexcept
    : AsyncExecutor(other.take_target()), transaction_(std::move(other.transaction_)) {}

AsyncTransaction& AsyncTransaction::operator=(AsyncTransaction&& other) noexcept {
  if (this == &other) return *this;
  abandon();
  set_target(other.take_target());
  transaction_ = std::move(other.transaction_);
  return *this;
}

void AsyncTransaction::abandon() noexcept {
  if (transaction_ != nullptr) std::exchange(transaction_, nullptr)->abandon();
}

std::shared_ptr<AsyncTarget> AsyncTransaction::ending(bool commit) const {
  using Ending = AsyncTransactionTarget::Ending;
  if (transaction_ == nullptr) throw Error(ErrorKind::Config, "this transaction has ended");
  return std::make_shared<EndingTarget>(transaction_, commit ? Ending::Commit : Ending::Rollback);
}

std::shared_ptr<BatchCallOf<std::int64_t>> AsyncTransaction::ended_call() {
  return std::make_shared<CountCall>("the end of a transaction");
}

}  // namespace pgjinja
