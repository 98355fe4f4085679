#include "pg/wire/copy_in_machine.hpp"

#include "pg/wire/bytes.hpp"
#include "pg/wire/copy_format.hpp"
#include "pg/wire/copy_place.hpp"
#include "pg/wire/frontend_messages.hpp"
#include "pg/wire/server_error.hpp"

#include <fmt/format.h>

namespace pgjinja::pg::wire {

namespace {
constexpr std::size_t kPiece = std::size_t{64} * 1024;
}  // namespace

CopyInMachine::CopyInMachine(SessionState& state, CopyIn& copy) : Conversation(state), copy_(copy) {
  copy_.begun = false;
  copy_.failed_row = 0;
  copy_.failed_column.clear();
  std::string& out = new_packet();
  DescriptionExchange::write(
      out, fmt::format("SELECT {} FROM {}", quoted_names(copy.columns), quoted_table(copy.table)));
  append_flush(out);
}

void CopyInMachine::answer(const Message& message) {
  switch (step_) {
    case Step::Description:
      if (exchange_.answer(message)) on_described();
      return;
    case Step::Parse: return expect(message, MessageType::ParseComplete, Step::Bind);
    case Step::Bind: return expect(message, MessageType::BindComplete, Step::CopyIn);
    case Step::CopyIn: return on_copy_in(message);
    case Step::Complete:
      if (message.type != MessageType::CommandComplete || source_failure_) break;
      outcome_.tag = read_command_tag(message.body);
      outcome_.rows = rows_in_tag(outcome_.tag);
      step_ = Step::Done;
      return;
    case Step::Rows:
    case Step::Done: break;
  }
  unexpected(message);
}

void CopyInMachine::expect(const Message& message, MessageType type, Step next) {
  if (message.type != type) unexpected(message);
  expect_empty(message);
  step_ = next;
}

void CopyInMachine::on_described() {
  std::string& out = new_packet();
  try {
    format_ = copy_.source->begin(exchange_.description().columns);
  } catch (...) {
    source_failure_ = std::current_exception();  // finish() throws it
    append_sync(out);
    synced_ = true;
    step_ = Step::Done;
    return;
  }
  append_statement(out,
                   fmt::format("COPY {} ({}) FROM STDIN (FORMAT {})", quoted_table(copy_.table),
                               quoted_names(copy_.columns), format_name(format_)));
  append_flush(out);
  step_ = Step::Parse;
}

void CopyInMachine::on_copy_in(const Message& message) {
  if (message.type != MessageType::CopyInResponse) unexpected(message);
  expect_copy_format(message.body, format_, copy_.columns.size());
  copy_.begun = true;
  step_ = Step::Rows;
  write_piece();
}

void CopyInMachine::refill() {
  if (step_ == Step::Rows) write_piece();
}

void CopyInMachine::write_piece() {
  std::string& out = new_packet();
  try {
    const std::size_t start = begin_copy_data(out);
    if (row_ == 0 && format_ == Format::Binary) out.append(kCopyHeader);
    const bool more = collect_rows();
    out.append(rows_.bytes());
    if (!more && format_ == Format::Binary) out.append(kCopyTrailer);
    end_copy_data(out, start);
    if (!more) append_end(out);
  } catch (...) {
    source_failure_ = std::current_exception();  // finish() throws it
    append_copy_fail(new_packet(), "the source of the rows failed");
    append_sync(out);
    synced_ = true;
    step_ = Step::Complete;
  }
}

bool CopyInMachine::collect_rows() {
  const std::size_t width = copy_.columns.size();
  rows_.truncate(0);
  while (rows_.size() < kPiece) {
    const std::size_t begin = rows_.size();
    if (format_ == Format::Binary) store16(rows_.grow(2), static_cast<std::uint16_t>(width));
    CopyRow row(rows_, scratch_, format_);
    if (!copy_.source->next(row)) {
      rows_.truncate(begin);
      return false;
    }
    ++row_;
    if (row.fields() != width) {
      throw Error(ErrorKind::Encode, fmt::format("row {} of the COPY has {} fields for {} columns",
                                                 row_, row.fields(), width));
    }
    if (format_ == Format::Text) rows_.append("\n");
  }
  return true;
}

void CopyInMachine::append_end(std::string& out) {
  append_copy_done(out);
  append_sync(out);
  synced_ = true;
  step_ = Step::Complete;
}

bool CopyInMachine::refused(const ErrorFields& fields, Error& error) {
  const CopyPlace place = copy_place(fields.where, copy_);
  if (place.row > 0) {
    copy_.failed_row = place.row;
    copy_.failed_column = place.column;
    ErrorFields rest = fields;
    rest.where = place.rest;
    if (error.kind() == ErrorKind::Server) error = server_error(rest);
  }
  error.sql_position(0);  // of a text that nobody wrote
  if (!copy_.begun && began_idle()) nothing_was_done(error);
  if (!synced_) {
    // A message of which a part has been sent has to be completed.
    if (step_ == Step::Rows && sent_size() == 0) new_packet();
    append_sync(state().out);
    synced_ = true;
  }
  step_ = Step::Done;
  return true;
}

bool CopyInMachine::asked() const noexcept { return synced_ && Conversation::asked(); }

bool CopyInMachine::ready() {
  if (step_ == Step::Done) return true;
  throw Error(ErrorKind::Protocol, "the server was ready before it had answered the COPY");
}

Outcome CopyInMachine::finish() {
  if (source_failure_) std::rethrow_exception(source_failure_);
  throw_failure();
  return outcome_;
}

}  // namespace pgjinja::pg::wire
