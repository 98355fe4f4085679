#include "pg/wire/copy_out_machine.hpp"

#include "pg/wire/copy_format.hpp"
#include "pg/wire/frontend_messages.hpp"

#include <pgjinja/pg/codec.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pgjinja::pg::wire {

CopyOutMachine::CopyOutMachine(SessionState& state, std::string_view query, RowSink& sink)
    : Conversation(state), query_(query), sink_(sink) {
  std::string& out = new_packet();
  DescriptionExchange::write(out, query);
  append_flush(out);
}

void CopyOutMachine::answer(const Message& message) {
  switch (step_) {
    case Step::Description:
      if (exchange_.answer(message)) on_described();
      return;
    case Step::Parse: return expect(message, MessageType::ParseComplete, Step::Bind);
    case Step::Bind: return expect(message, MessageType::BindComplete, Step::CopyOut);
    case Step::CopyOut: return on_copy_out(message);
    case Step::Rows: return on_rows(message);
    case Step::Complete:
      if (message.type != MessageType::CommandComplete) break;
      outcome_.tag = read_command_tag(message.body);
      outcome_.rows = rows_in_tag(outcome_.tag);
      step_ = Step::Done;
      return;
    case Step::Done: break;
  }
  unexpected(message);
}

void CopyOutMachine::expect(const Message& message, MessageType type, Step next) {
  if (message.type != type) unexpected(message);
  expect_empty(message);
  step_ = next;
}

void CopyOutMachine::append_end(std::string& out) {
  append_sync(out);
  synced_ = true;
}

void CopyOutMachine::on_described() {
  Description& described = exchange_.description();
  std::string& out = new_packet();
  if (!described.returns_rows) {
    fail(Error(ErrorKind::Config, "a statement that returns no rows cannot be copied out")
             .hint("COPY takes SELECT, VALUES, and INSERT, UPDATE or DELETE with RETURNING"));
    append_end(out);
    step_ = Step::Done;
    return;
  }
  const bool binary =
      std::all_of(described.columns.begin(), described.columns.end(),
                  [](const Column& column) { return has_binary_decoder(column.type); });
  format_ = binary ? Format::Binary : Format::Text;
  for (Column& column : described.columns) column.format = format_;
  // The query may end with a comment, which goes on to the line's end.
  append_statement(out,
                   fmt::format("COPY ({}\n) TO STDOUT (FORMAT {})", query_, format_name(format_)));
  append_end(out);
  step_ = Step::Parse;
}

void CopyOutMachine::on_copy_out(const Message& message) {
  if (message.type != MessageType::CopyOutResponse) unexpected(message);
  const std::vector<Column>& columns = exchange_.description().columns;
  expect_copy_format(message.body, format_, columns.size());
  reader_.emplace(format_, columns.size());
  state().fields.resize(columns.size());
  begun_ = true;
  step_ = Step::Rows;
  try {
    sink_.columns(columns);
  } catch (...) {
    sink_failure_ = std::current_exception();  // finish() throws it, when all has been read
  }
}

void CopyOutMachine::on_rows(const Message& message) {
  if (message.type == MessageType::CopyDone) {
    expect_empty(message);
    reader_->expect_end();
    step_ = Step::Complete;
    return;
  }
  if (message.type != MessageType::CopyData) unexpected(message);
  reader_->add(message.body);
  while (reader_->next(state().fields)) {
    if (sink_failure_) continue;
    try {
      sink_.row(state().fields);
    } catch (...) {
      sink_failure_ = std::current_exception();  // finish() throws it, when all has been read
    }
  }
  reader_->keep();
}

bool CopyOutMachine::refused(const ErrorFields& /*fields*/, Error& error) {
  if (!begun_ && began_idle()) nothing_was_done(error);
  if (step_ > Step::Description) error.sql_position(0);  // of the COPY, which nobody wrote
  if (!synced_) append_end(state().out);
  step_ = Step::Done;
  return true;
}

bool CopyOutMachine::asked() const noexcept { return synced_ && Conversation::asked(); }

bool CopyOutMachine::ready() {
  if (step_ == Step::Done) return true;
  throw Error(ErrorKind::Protocol, "the server was ready before it had answered the COPY");
}

Outcome CopyOutMachine::finish() {
  if (sink_failure_) std::rethrow_exception(sink_failure_);
  throw_failure();
  return outcome_;
}

}  // namespace pgjinja::pg::wire
