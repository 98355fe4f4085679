#include "pg/wire/execute_machine.hpp"

#include "pg/wire/frontend_messages.hpp"

#include <string>

namespace pgjinja::pg::wire {

[[gnu::hot]] ExecuteMachine::ExecuteMachine(SessionState& state, StatementCache& cache,
                                            std::string_view sql, std::span<const Value> parameters,
                                            RowSink& sink)
    : Conversation(state), cache_(cache), sql_(sql), parameters_(parameters), sink_(sink) {
  write_packet();
}

[[gnu::hot]] void ExecuteMachine::write_packet() {
  std::string& out = new_packet();
  closes_ = cache_.append_closes(out);
  exchange_.emplace(cache_, sql_, parameters_, sink_);
  exchange_->write(out);
  changes(exchange_->change());
  append_sync(out);
  cache_.closes_written();
}

[[gnu::hot]] void ExecuteMachine::answer(const Message& message) {
  if (closes_ > 0) {
    if (message.type != MessageType::CloseComplete) unexpected(message);
    expect_empty(message);
    --closes_;
    return;
  }
  switch (exchange_->answer(message, state().fields)) {
    case StatementExchange::Event::None:
    case StatementExchange::Event::Row: break;
    case StatementExchange::Event::Suspended: unexpected(message);
    case StatementExchange::Event::CopyIn: on_copy_in(); break;
    case StatementExchange::Event::CopyOut: fail_copy(); break;
  }
}

void ExecuteMachine::on_copy_in() {
  refuse_copy_in();
  // The server passes over the packet's Sync, which it takes for copy data (manual 55.2.6).
  append_sync(state().out);
}

bool ExecuteMachine::refused(const ErrorFields& fields, Error& error) {
  if (!exchange_->bound() && began_idle()) nothing_was_done(error);
  exchange_->refused(fields);
  repeat_ = exchange_->stale() && began_idle() && !repeated_;
  if (repeat_ && exchange_->lost()) tell_lost_statement();
  if (!repeat_ && exchange_->lost()) {
    error.hint(std::string(kLostStatementHint));
  } else if (!repeat_ && exchange_->surely_stale()) {
    // The server's own hint is about the statement as it was.
    error.hint("roll back and run the transaction again: it is prepared anew then");
  }
  return true;
}

[[gnu::hot]] bool ExecuteMachine::ready() {
  if (!exchange_->done()) {
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

bool ExecuteMachine::may_have_taken_effect() const { return began_idle() || may_commit(sql_); }

bool ExecuteMachine::may_be_complete() const {
  return (completed() && began_idle()) || may_commit(sql_);
}

[[gnu::hot]] Outcome ExecuteMachine::finish() {
  if (exchange_->sink_failure()) std::rethrow_exception(exchange_->sink_failure());
  throw_failure();
  return exchange_->take_outcome();
}

}  // namespace pgjinja::pg::wire
