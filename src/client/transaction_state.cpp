#include "client/transaction_state.hpp"

#include "client/buffers.hpp"
#include "client/copy.hpp"
#include "client/counting_sink.hpp"
#include "client/error_place.hpp"
#include "client/failures.hpp"
#include "client/local_settings.hpp"
#include "client/opening.hpp"
#include "client/plan.hpp"
#include "client/rendering.hpp"
#include "client/savepoint.hpp"
#include "client/transaction_errors.hpp"
#include "client/unbegun.hpp"

#include <pgjinja/core/error.hpp>

#include <utility>

#include <fmt/format.h>

namespace pgjinja {

TransactionState::TransactionState(std::shared_ptr<Engine> engine, TransactionOptions options,
                                   CallOptions calls)
    : engine_(std::move(engine)),
      options_(with_settings_of(calls, std::move(options))),
      calls_(std::move(calls)),
      lease_(engine_->borrow(calls_, "transaction")),
      connection_(&**lease_) {}

TransactionState::TransactionState(std::shared_ptr<Engine> engine, pg::Connection& connection,
                                   CallOptions calls)
    : engine_(std::move(engine)),
      options_(with_settings_of(calls, {})),
      calls_(std::move(calls)),
      connection_(&connection),
      begun_(connection.in_transaction()) {}

pg::CallLimits TransactionState::limits() const {
  return limits_of(calls_, engine_->time_of(calls_));
}

void TransactionState::check(std::size_t level) const {
  if (connection_ == nullptr || level > innermost_) throw refused::ended();
  if (level < innermost_) throw refused::nested_not_ended();
  if (!failed_in_.empty()) throw refused::failed_in(failed_in_);
}

void TransactionState::run(std::size_t level, Rendering& what, CallSink& sink) {
  check(level);
  Buffers buffers;
  const jinja::Template source = what.bind(*engine_, buffers.fragment(), buffers.statement());
  const sql::Statement& statement = buffers.statement();
  try {
    sink.finish(execute(statement.sql, statement.parameters, sink,
                        limits_of(calls_, engine_->time_of(source, calls_)),
                        plan_of(options_.settings, source.front_matter().plan)));
  } catch (const Error& error) {
    note_failure(fmt::format("template \"{}\"", source.source().name));
    throw placed(error, statement, source.source());
  }
}

pg::Outcome TransactionState::execute(std::string_view sql, std::span<const Value> parameters,
                                      pg::RowSink& sink, const pg::CallLimits& limits,
                                      std::optional<jinja::PlanChoice> plan) {
  pg::Outcome outcome = begun_ && !plan ? connection_->execute(sql, parameters, sink, limits)
                                        : execute_in_packet(sql, parameters, sink, limits, plan);
  check_still_open("the statement");
  return outcome;
}

void TransactionState::check_still_open(std::string_view what) {
  if (connection_->in_transaction()) return;
  throw Error(ErrorKind::Config,
              fmt::format("{} ended the transaction that it was executed in", what))
      .hint("use Transaction::commit() and rollback() instead of COMMIT and ROLLBACK");
}

pg::Connection& TransactionState::begun() {
  if (!begun_) begin(limits());
  return *connection_;
}

/// With what has to be said before it: BEGIN and the settings, and how it is planned.
pg::Outcome TransactionState::execute_in_packet(std::string_view sql,
                                                std::span<const Value> parameters,
                                                pg::RowSink& sink, const pg::CallLimits& limits,
                                                std::optional<jinja::PlanChoice> plan) {
  if (!pg::can_pipeline(sql)) return begun().execute(sql, parameters, sink, limits);
  std::optional<Opening> opening;
  if (!begun_) opening.emplace(options_);
  std::optional<PlanSwitch> planned;
  if (plan) planned.emplace(*plan);
  for (bool again = false;; again = true) {
    std::vector<pg::PipelineEntry> entries;
    if (opening) entries = opening->entries();
    const std::size_t call =
        append_call(entries, {.sql = sql, .parameters = parameters, .sink = &sink},
                    planned ? &*planned : nullptr);
    opening ? send_opening(entries, limits)
            : connection_->pipeline(entries, pg::Grouping::Together, limits);
    // Only BEGIN and settings have happened until now, and so it may begin again.
    if (entries[call].stale && !again && opening && begun_) {
      connection_->run_script("ROLLBACK", limits);
      continue;
    }
    throw_failure(entries);
    return std::move(entries[call].outcome);
  }
}

void TransactionState::begin(const pg::CallLimits& limits) {
  Opening opening(options_);
  std::vector<pg::PipelineEntry> entries = opening.entries();
  send_opening(entries, limits);
  throw_failure(entries);
}

/// A connection that is lost before the server has begun with it is replaced, if it is our own.
void TransactionState::send_opening(std::span<pg::PipelineEntry> entries,
                                    const pg::CallLimits& limits) {
  for (std::size_t attempt = 1;; ++attempt) {
    connection_->pipeline(entries, pg::Grouping::Together, limits);
    begun_ = connection_->in_transaction();
    const bool lost = !connection_->usable() && is_unbegun(entries);
    if (!lost || !lease_ || attempt == kMostAttempts) return;
    connection_ = nullptr;
    lease_.reset();
    send_anew(entries);  // they are not to blame when there is no other connection
    lease_.emplace(engine_->borrow(calls_, "transaction"));
    connection_ = &**lease_;
  }
}

void TransactionState::use(std::size_t level, std::string_view what,
                           const std::function<void(pg::Connection&)>& work) {
  check(level);
  try {
    work(begun());
  } catch (...) {
    // Also for what an application's function threw: the server may have failed besides.
    note_failure(what);
    throw;
  }
}

std::int64_t TransactionState::copy_rows(std::size_t level, const pg::TableName& table,
                                         std::vector<std::string> columns, const RowSpan& rows) {
  std::int64_t copied = 0;
  use(level, fmt::format("COPY into \"{}\"", table.name), [&](pg::Connection& connection) {
    copied = pgjinja::copy_rows(connection, table, std::move(columns), rows, limits());
  });
  return copied;
}

void TransactionState::copy_query(std::size_t level, std::string_view name,
                                  const Context& arguments, CallSink& sink) {
  check(level);
  Buffers buffers;
  const jinja::Template source =
      engine_->bind(name, arguments, buffers.fragment(), buffers.statement());
  const sql::Statement& statement = buffers.statement();
  refuse_parameters(statement);
  try {
    use(level, fmt::format("template \"{}\"", name), [&](pg::Connection& connection) {
      pgjinja::copy_query(connection, statement, sink,
                          limits_of(calls_, engine_->time_of(source, calls_)));
    });
  } catch (const Error& error) {
    throw placed(error, statement, source.source());
  }
}

void TransactionState::note_failure(std::string_view what) {
  if (connection_ == nullptr) return;
  const pg::Connection& connection = *connection_;
  const bool open = connection.in_transaction() && !connection.transaction_failed();
  if (!connection.usable() || (begun_ && !open)) failed_in_ = what;
}

void TransactionState::command(const std::string& sql) {
  CountingSink sink;
  try {
    execute(sql, {}, sink, limits());
  } catch (const Error&) {
    note_failure(sql);
    throw;
  }
}

void TransactionState::run_script(std::size_t level, std::string_view sql) {
  check(level);
  try {
    begun().run_script(sql, limits());
    check_still_open("the script");
  } catch (const Error&) {
    note_failure("a script");
    throw;
  }
}

std::size_t TransactionState::nest(std::size_t level) {
  check(level);
  command(Savepoint(level + 1).set());
  return ++innermost_;
}

void TransactionState::commit(std::size_t level) {
  check(level);
  if (level > 0) {
    command(Savepoint(level).release());
    --innermost_;
    return;
  }
  if (begun_) {
    CountingSink sink;
    try {
      connection_->execute("COMMIT", {}, sink, limits());
    } catch (const Error&) {
      failed_in_ = "COMMIT";
      throw;
    }
  }
  give_back();
}

void TransactionState::give_back() noexcept {
  connection_ = nullptr;
  lease_.reset();
}

void TransactionState::rollback(std::size_t level) noexcept {
  if (connection_ == nullptr || level > innermost_) return;
  if (level == 0) {
    innermost_ = 0;
    give_back();  // the pool rolls back
    return;
  }
  innermost_ = level - 1;
  const Savepoint savepoint(level);
  try {
    connection_->run_script(savepoint.undo(), limits());
    failed_in_.clear();
  } catch (const Error&) {
    // The connection is lost, which the outer transaction is told when it goes on.
    failed_in_ = savepoint.roll_back();
  }
}

}  // namespace pgjinja
