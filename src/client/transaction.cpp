#include "client/statement_stream.hpp"
#include "client/transaction_errors.hpp"
#include "client/transaction_state.hpp"

#include <pgjinja/client/transaction.hpp>

#include <utility>

namespace pgjinja {

namespace {

TransactionState& open_state(const std::shared_ptr<TransactionState>& state) {
  if (state == nullptr) throw refused::ended();
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

std::int64_t Transaction::run_many(std::string_view name, const RowSpan& rows) const {
  return open_state(state_).run_many(level_, name, rows);
}

std::int64_t Transaction::copy_rows(const pg::TableName& table, std::vector<std::string> columns,
                                    const RowSpan& rows) const {
  return open_state(state_).copy_rows(level_, table, std::move(columns), rows);
}

void Transaction::copy_query(std::string_view name, const Context& arguments,
                             CallSink& sink) const {
  open_state(state_).copy_query(level_, name, arguments, sink);
}

std::unique_ptr<StreamSource> Transaction::open(std::string_view name, const Context& arguments,
                                                CallSink& sink,
                                                const StreamOptions& options) const {
  const TransactionState& state = open_state(state_);
  state.check(level_);
  auto stream =
      std::make_unique<StatementStream>(state.engine(), state.calls(), sink, state_, level_);
  stream->open(name, arguments, options);
  return stream;
}

void Transaction::run(Rendering& what, CallSink& sink) const {
  open_state(state_).run(level_, what, sink);
}

const Engine& Transaction::engine() const { return *open_state(state_).engine(); }

}  // namespace pgjinja
