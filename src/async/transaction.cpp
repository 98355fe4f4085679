#include "async/boundary.hpp"
#include "async/transaction_target.hpp"
#include "client/counting_sink.hpp"
#include "client/transaction_errors.hpp"
#include "client/untyped_calls.hpp"

#include <pgjinja/async/transaction.hpp>

#include <utility>

namespace pgjinja {

class AsyncTransaction::Beginning final : public BatchCallOf<AsyncTransaction> {
 public:
  Beginning(std::string_view name, std::shared_ptr<AsyncTransactionTarget> target)
      : BatchCallOf(name), target_(std::move(target)) {}
  CallSink& sink() noexcept override { return sink_; }
  AsyncTransaction take() override { return AsyncTransaction(std::move(target_)); }

 private:
  std::shared_ptr<AsyncTransactionTarget> target_;
  CountingSink sink_;
};

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

AsyncTransactionTarget& AsyncTransaction::open_target() const {
  if (transaction_ == nullptr) throw refused::ended();
  return *transaction_;
}

std::shared_ptr<AsyncTarget> AsyncTransaction::ending(bool commit) const {
  return open_target().at(commit ? Boundary::Commit : Boundary::Rollback);
}

AsyncTransaction::Nesting AsyncTransaction::nesting() const {
  auto inner = open_target().nested();
  return {inner->at(Boundary::Nest), beginning_call("SAVEPOINT", inner)};
}

std::shared_ptr<BatchCallOf<AsyncTransaction>> AsyncTransaction::beginning_call(
    std::string_view name, std::shared_ptr<AsyncTransactionTarget> target) {
  return std::make_shared<Beginning>(name, std::move(target));
}

std::shared_ptr<BatchCallOf<std::int64_t>> AsyncTransaction::ended_call() {
  return std::make_shared<CountCall>("the end of a transaction");
}

}  // namespace pgjinja
