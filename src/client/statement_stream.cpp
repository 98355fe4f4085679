#include "client/statement_stream.hpp"

#include "client/buffers.hpp"
#include "client/error_place.hpp"
#include "client/left_open.hpp"
#include "client/plan.hpp"
#include "client/transaction_state.hpp"
#include "client/unbegun.hpp"
#include "client/usual_role.hpp"

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
    if (own_transaction_) transaction_.reset();  // which rolls back
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
    begin_with_settings(options);
    fetch_size_ = options.fetch_size;
    rows_ = connection().stream(statement_.sql, statement_.parameters, sink_, fetch_size_);
  });
}

void StatementStream::begin_with_settings(const StreamOptions& options) {
  const auto plan = plan_of(calls_.settings, source_->front_matter().plan);
  if (transaction_ != nullptr) {
    if (!plan) return;
    throw Error(ErrorKind::Config, "a stream in a transaction cannot have @plan")
        .hint("have plan_cache_mode in TransactionOptions::settings");
  }
  if (calls_.settings.empty() && !plan) return;
  if (options.fetch_size == 0) {
    throw Error(ErrorKind::Config,
                "a stream with settings or @plan takes its rows in portions, and fetch_size is 0");
  }
  TransactionOptions own;
  if (plan) own.settings = settings_with({}, *plan);
  CallOptions calls = calls_;
  if (!calls.role) calls.role = usual_role(source_->front_matter());
  transaction_ = std::make_shared<TransactionState>(engine_, std::move(own), std::move(calls));
  own_transaction_ = true;
}

pg::Connection& StatementStream::connection() {
  if (transaction_ != nullptr) return transaction_->begun();
  if (!lease_) lease_ = engine_->borrow(calls_, *source_);
  return **lease_;
}

bool StatementStream::next() {
  return with_place([&] {
    if (transaction_ != nullptr) transaction_->check(level_);
    if (fetch()) return true;
    finish();
    return false;
  });
}

/// When the connection is lost before the server has begun, another one will do.
bool StatementStream::fetch() {
  for (std::size_t attempt = 1;; ++attempt) {
    try {
      return rows_->next(limits_of(calls_, engine_->time_of(*source_, calls_)));
    } catch (const Error& error) {
      if (attempt == kMostAttempts || !lease_ || (*lease_)->usable() || !is_unbegun(error)) throw;
    }
    rows_.reset();
    lease_.reset();
    rows_ = connection().stream(statement_.sql, statement_.parameters, sink_, fetch_size_);
  }
}

void StatementStream::finish() {
  if (transaction_ != nullptr) {
    transaction_->check_still_open("the statement");
  } else if ((*lease_)->in_transaction()) {
    throw left_open("the statement");
  }
  sink_.finish(rows_->outcome());
  if (own_transaction_) {
    rows_.reset();
    transaction_->commit(0);
  }
}

}  // namespace pgjinja
