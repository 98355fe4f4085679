#include "client/transaction_state.hpp"

#include <pgjinja/client/transaction.hpp>
#include <pgjinja/core/error.hpp>

#include <utility>

namespace pgjinja {

namespace {

TransactionState& open_state(const std::shared_ptr<TransactionState>& state) {
  if (state == nullptr) throw Error(ErrorKind::Config, "this transaction has ended");
  return *state;
}

}  // namespace

Transaction::Transaction(std::shared_ptr<TransactionState> state, std::size_t level) noexcept
    : state_(std::move(state)), level_(level) {}

Transaction::~Transaction() { rollback(); }

Transaction::Transaction(Transaction&& other) noexcept
    : Executor(other), state_(std::move(other.state_)), level_(other.level_) {}

Transaction& Transaction::operator=(Transaction&& other) noexcept {
  if (this == &other) return *this;
  rollback();
  state_ = std::move(other.state_);
  level_ = other.level_;
  return *this;
}

void Transaction::commit() {
  open_state(state_).commit(level_);
  state_.reset();
}

void Transaction::rollback() noexcept {
  if (state_ == nullptr) return;
  state_->rollback(level_);
  state_.reset();
}

Transaction Transaction::nested() {
  const std::size_t level = open_state(state_).nest(level_);
  return {state_, level};
}

void Transaction::run_script(std::string_view sql) { open_state(state_).run_script(level_, sql); }

std::unique_ptr<StreamSource> Transaction::open(std::string_view name, const Context& arguments,
                                                CallSink& sink,
                                                const StreamOptions& options) const {
  open_state(state_);
  return TransactionState::open(state_, level_, name, arguments, sink, options);
}

void Transaction::run(std::string_view name, const Context& arguments, CallSink& sink) const {
  open_state(state_).run(level_, name, arguments, sink);
}

ColumnNaming Transaction::naming() const { return open_state(state_).naming(); }

}  // namespace pgjinja
