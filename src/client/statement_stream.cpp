#include "client/statement_stream.hpp"

#include "client/buffers.hpp"
#include "client/error_place.hpp"
#include "client/left_open.hpp"
#include "client/transaction_state.hpp"

#include <utility>

#include <fmt/format.h>

namespace pgjinja {

StatementStream::StatementStream(std::shared_ptr<Engine> engine, CallOptions calls, CallSink& sink,
                                 std::shared_ptr<TransactionState> transaction, std::size_t level)
    : engine_(std::move(engine)),
      calls_(std::move(calls)),
      sink_(sink),
      transaction_(std::move(transaction)),
      level_(level) {}

/// Errors of the execution get their place, and the transaction is told of them.
template <class Action>
auto StatementStream::with_place(Action action) {
  try {
    return action();
  } catch (const Error& error) {
    rows_.reset();
    if (transaction_ != nullptr) transaction_->note_failure(fmt::format("template \"{}\"", name_));
    lease_.reset();
    throw placed(error, statement_, source_->source());
  }
}

void StatementStream::open(std::string_view name, const Context& arguments,
                           const StreamOptions& options) {
  name_ = name;
  Buffers buffers;
  source_ = engine_->bind(name, arguments, buffers.fragment(), statement_);
  with_place([&] {
    rows_ = connection().stream(statement_.sql, statement_.parameters, sink_, options.fetch_size);
  });
}

pg::Connection& StatementStream::connection() {
  if (transaction_ != nullptr) return transaction_->begun();
  if (!lease_) lease_ = engine_->pool().acquire(waiting_limits(calls_));
  return **lease_;
}

bool StatementStream::next() {
  return with_place([&] {
    if (transaction_ != nullptr) transaction_->check(level_);
    if (rows_->next(limits_of(calls_, engine_->time_of(*source_, calls_)))) return true;
    finish();
    return false;
  });
}

void StatementStream::finish() {
  if (transaction_ != nullptr) {
    transaction_->check_still_open("the statement");
  } else if ((*lease_)->in_transaction()) {
    throw left_open("the statement");
  }
  sink_.finish(rows_->outcome());
}

}  // namespace pgjinja
