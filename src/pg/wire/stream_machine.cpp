#include "pg/wire/stream_machine.hpp"

#include "pg/wire/cacheable.hpp"
#include "pg/wire/frontend_messages.hpp"

#include <limits>
#include <string>

#include <fmt/format.h>

namespace pgjinja::pg::wire {

namespace {
constexpr std::string_view kSelected = "SELECT ";
}  // namespace

StreamMachine::StreamMachine(SessionState& state, StatementCache& cache, std::string_view sql,
                             std::span<const Value> parameters, RowSink& sink,
                             std::uint32_t row_limit)
    : Conversation(state),
      cache_(cache),
      sql_(sql),
      parameters_(parameters),
      sink_(sink),
      row_limit_(row_limit) {
  if (is_copy(sql)) {
    throw Error(ErrorKind::Config, "COPY cannot be streamed as a statement")
        .hint("execute it by itself");
  }
  if (row_limit > std::uint32_t{std::numeric_limits<std::int32_t>::max()}) {
    throw Error(ErrorKind::Config, fmt::format("a fetch_size of {} is above {}", row_limit,
                                               std::numeric_limits<std::int32_t>::max()));
  }
  if (row_limit == 0 && !began_idle()) {
    throw Error(ErrorKind::Config,
                "in a transaction, a stream needs a fetch_size: ending it early would cancel the "
                "transaction otherwise")
        .hint("take a fetch_size of 1000");
  }
}

void StreamMachine::proceed() {
  unpause();
  if (!begun()) return write_packet();
  if (!suspended_) return;
  suspended_ = false;
  std::string& out = new_packet();
  exchange_->write_more(out);
  append_flush(out);
}

void StreamMachine::write_packet() {
  std::string& out = new_packet();
  closes_ = cache_.append_closes(out);
  StatementExchange exchange(cache_, sql_, parameters_, sink_, row_limit_);
  exchange.write(out);
  changes(exchange.change());
  exchange_.emplace(std::move(exchange));
  row_limit_ == 0 ? append_sync(out) : append_flush(out);
  cache_.closes_written();
}

void StreamMachine::close() {
  unpause();
  if (wait() == Wait::Done) return;
  closing_ = true;
  exchange_->drop_rows();
  if (suspended_) write_close();
}

bool StreamMachine::needs_cancel() const noexcept {
  return closing_ && row_limit_ == 0 && !exchange_->done();
}

/// The portal of a transaction block would live on until the block's end.
void StreamMachine::write_close() {
  suspended_ = false;
  std::string& out = new_packet();
  append_close_portal(out);
  append_sync(out);
  closes_ = 1;
}

void StreamMachine::answer(const Message& message) {
  if (closes_ > 0) {
    if (message.type != MessageType::CloseComplete) unexpected(message);
    expect_empty(message);
    --closes_;
    return;
  }
  switch (exchange_->answer(message, state().fields)) {
    case StatementExchange::Event::None: break;
    case StatementExchange::Event::Row:
      ++rows_;
      if (!closing_) pause();
      break;
    case StatementExchange::Event::Suspended: on_suspended(); break;
    case StatementExchange::Event::CopyIn:
    case StatementExchange::Event::CopyOut: unexpected(message);
  }
  if (exchange_->done() && row_limit_ > 0) append_sync(state().out);
}

void StreamMachine::on_suspended() {
  suspended_ = true;
  if (closing_) return write_close();
  pause();
}

bool StreamMachine::refused(const ErrorFields& fields, Error& error) {
  if (!exchange_->bound() && began_idle()) nothing_was_done(error);
  // After the last row only the transaction's end can fail, and that is asked for already.
  if (row_limit_ > 0 && !exchange_->done()) append_sync(state().out);
  exchange_->refused(fields);
  repeat_ = exchange_->stale() && began_idle() && !repeated_ && !closing_;
  if (repeat_ && exchange_->lost()) tell_lost_statement();
  if (!repeat_ && exchange_->lost()) {
    error.hint(std::string(kLostStatementHint));
  } else if (!repeat_ && exchange_->surely_stale()) {
    error.hint("roll back and run the transaction again: it is prepared anew then");
  }
  return true;
}

bool StreamMachine::ready() {
  if (!exchange_->done() && !closing_) {
    throw Error(ErrorKind::Protocol, "the server was ready before it had answered the statement");
  }
  if (!repeat_) return true;
  repeat_ = false;
  repeated_ = true;
  forget_failure();
  try {
    write_packet();
  } catch (const Error& error) {
    fail(error);
    return true;
  }
  return false;
}

void StreamMachine::check_sink() const {
  if (begun() && exchange_->sink_failure()) std::rethrow_exception(exchange_->sink_failure());
}

/// The tag of a SELECT counts the last portion only.
Outcome StreamMachine::finish() {
  check_sink();
  throw_failure();
  Outcome outcome = exchange_->take_outcome();
  if (outcome.tag.starts_with(kSelected)) {
    outcome.rows = rows_;
    outcome.tag = fmt::format("{}{}", kSelected, rows_);
  }
  return outcome;
}

}  // namespace pgjinja::pg::wire
