#include "pg/wire/execute_machine.hpp"

#include "pg/wire/frontend_messages.hpp"
#include "pg/wire/server_error.hpp"

#include <pgjinja/pg/codec.hpp>

#include <fmt/format.h>

namespace pgjinja::pg::wire {

namespace {

constexpr std::size_t kMaxParameters = 65535;
constexpr std::string_view kAllText("\0\0", 2);

bool lost_statement(const ErrorFields& fields) {
  return fields.sqlstate == "26000" ||
         (fields.sqlstate == "0A000" && fields.routine == "RevalidateCachedQuery");
}

/// Conflicts, scarce resources, a lock that is taken, cancellation, failures of the system (manual
/// appendix A, classes 40, 53, 55, 57, 58): no other preparation would have fared better, and who
/// cancelled a statement does not want it to begin again.
bool blames_the_moment(std::string_view sqlstate) {
  const std::string_view group = sqlstate.substr(0, 2);
  return group == "40" || group == "53" || group == "55" || group == "57" || group == "58";
}

/// Would the server hardly say that of a statement that it has just prepared? What a text or name
/// means was found out at Parse (class 42, but for permissions), and so were all OIDs (XX000).
bool shows_stale_types(std::string_view sqlstate) {
  return (sqlstate.starts_with("42") && sqlstate != "42501") || sqlstate == "XX000";
}

}  // namespace

ExecuteMachine::ExecuteMachine(SessionState& state, StatementCache& cache, std::string_view sql,
                               std::span<const Value> parameters, RowSink& sink)
    : Conversation(state),
      cache_(cache),
      sql_(sql),
      parameters_(parameters),
      sink_(sink),
      began_idle_(state.transaction == TransactionStatus::Idle) {
  write_packet();
}

void ExecuteMachine::write_packet() {
  PreparedStatement* known = cache_.find(sql_);
  if (known == nullptr) return write_first_use();
  try {
    write_later_use(*known);
  } catch (const Error&) {
    // The value may fit what the parameter's type is by now. When it is not the type's fault this
    // throws again, and the statement stays.
    write_first_use();
    cache_.drop(*known);
  }
}

void ExecuteMachine::write_later_use(PreparedStatement& known) {
  std::string& out = new_packet();
  closes_ = cache_.append_closes(out);
  known.use_binary();
  statement_ = &known;
  reused_ = true;
  append_bind(out, known.result_formats);
  finish_packet(out, Step::Bind);
}

void ExecuteMachine::write_first_use() {
  std::string& out = new_packet();
  closes_ = cache_.append_closes(out);
  draft_ = cache_.draft(sql_);
  statement_ = &draft_.front();
  reused_ = false;
  append_parse(out, statement_->name, sql_);
  append_describe_statement(out, statement_->name);
  append_bind(out, kAllText);
  finish_packet(out, Step::Parse);
}

void ExecuteMachine::finish_packet(std::string& out, Step first) {
  append_execute(out);
  append_sync(out);
  cache_.closes_written();
  after_closes_ = first;
  step_ = closes_ > 0 ? Step::Close : first;
}

void ExecuteMachine::append_bind(std::string& out, std::string_view result_formats) {
  if (parameters_.size() > kMaxParameters) {
    throw Error(ErrorKind::Encode, fmt::format("a statement takes at most {} parameters, not {}",
                                               kMaxParameters, parameters_.size()))
        .hint("pass the values as one array: = ANY($1), unnest($1)");
  }
  BindMessage bind(out, statement_->name, static_cast<std::uint16_t>(parameters_.size()));
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].is_null()) {
      bind.add_null();
      continue;
    }
    Format format = Format::Text;
    encode_parameter(i, bind.begin_value(), format);
    bind.end_value(format);
  }
  bind.finish(result_formats);
}

void ExecuteMachine::encode_parameter(std::size_t index, std::string& out, Format& format) {
  const Value& value = parameters_[index];
  const auto number = static_cast<std::uint32_t>(index + 1);
  if (value.is_undefined()) {
    throw Error(ErrorKind::Encode,
                fmt::format("parameter ${} is undefined{}{}", number,
                            value.undefined_name().empty() ? "" : ": ", value.undefined_name()))
        .parameter(number);
  }
  const std::vector<Oid>& types = statement_->parameter_types;
  try {
    // A wrong number of parameters is for the server to report.
    format = encode(value, index < types.size() ? types[index] : oid::kUnknown, out);
  } catch (Error& error) {
    throw error.parameter(number);
  }
}

void ExecuteMachine::answer(const Message& message) {
  switch (step_) {
    case Step::Close:
      expect(message, MessageType::CloseComplete, Step::Close);
      on_close_complete();
      break;
    case Step::Parse: expect(message, MessageType::ParseComplete, Step::ParameterTypes); break;
    case Step::ParameterTypes:
      expect(message, MessageType::ParameterDescription, Step::Columns);
      read_parameter_types(message.body, statement_->parameter_types);
      break;
    case Step::Columns: on_described(message); break;
    case Step::Bind:
      expect(message, MessageType::BindComplete, Step::Rows);
      on_bound();
      break;
    case Step::Rows:
    case Step::CopyOut: on_execution(message); break;
    case Step::Sync: unexpected(message);
  }
}

void ExecuteMachine::expect(const Message& message, MessageType type, Step next) {
  if (message.type != type) unexpected(message);
  if (type != MessageType::ParameterDescription) expect_empty(message);
  step_ = next;
}

void ExecuteMachine::on_close_complete() {
  if (--closes_ == 0) step_ = after_closes_;
}

void ExecuteMachine::on_described(const Message& message) {
  if (message.type == MessageType::RowDescription) {
    read_columns(message.body, statement_->columns);
    statement_->returns_rows = true;
  } else {
    expect(message, MessageType::NoData, Step::Bind);
  }
  cache_.insert(draft_);
  step_ = Step::Bind;
}

void ExecuteMachine::on_bound() {
  if (!statement_->returns_rows) return;
  state().fields.resize(statement_->columns.size());
  try {
    sink_.columns(statement_->columns);
  } catch (...) {
    sink_failure_ = std::current_exception();  // thrown by finish(), when the answer has been read
  }
}

void ExecuteMachine::on_execution(const Message& message) {
  switch (message.type) {
    case MessageType::DataRow: return on_row(message.body);
    case MessageType::CommandComplete: return on_command_complete(message.body);
    case MessageType::EmptyQueryResponse: return expect(message, message.type, Step::Sync);
    case MessageType::CopyInResponse: return on_copy_in();
    case MessageType::CopyOutResponse: step_ = Step::CopyOut; return fail_copy();
    case MessageType::CopyData:
    case MessageType::CopyDone:
      if (step_ == Step::CopyOut) return;
      break;
    default: break;
  }
  unexpected(message);
}

void ExecuteMachine::on_row(std::string_view body) {
  if (!statement_->returns_rows) unexpected({MessageType::DataRow, body});
  read_row(body, state().fields);
  if (sink_failure_) return;
  try {
    sink_.row(state().fields);
  } catch (...) {
    sink_failure_ = std::current_exception();  // thrown by finish(), when the answer has been read
  }
}

void ExecuteMachine::on_command_complete(std::string_view body) {
  outcome_.tag = read_command_tag(body);
  outcome_.rows = rows_in_tag(outcome_.tag);
  step_ = Step::Sync;
  if (outcome_.tag == "DISCARD ALL" || outcome_.tag == "DEALLOCATE ALL") cache_.forget_all();
}

void ExecuteMachine::on_copy_in() {
  refuse_copy_in();
  // The server passes over the packet's Sync, which it takes for copy data (manual 55.2.6).
  append_sync(state().out);
}

void ExecuteMachine::refused(const ErrorFields& fields, Error& error) {
  if (step_ < Step::Rows && began_idle_) error.safe_to_retry(true);
  if (step_ == Step::Bind) {
    if (lost_statement(fields) || (reused_ && !blames_the_moment(fields.sqlstate))) {
      drop_refused_statement(fields, error);
    }
  }
  if (step_ == Step::ParameterTypes || step_ == Step::Columns) cache_.retire(draft_);
  step_ = Step::Sync;
}

void ExecuteMachine::drop_refused_statement(const ErrorFields& fields, Error& error) {
  cache_.drop(*statement_);
  repeat_ = began_idle_ && !repeated_;
  if (repeat_) return;
  // The server's own hint is about the statement as it was.
  if (lost_statement(fields) || (reused_ && shows_stale_types(fields.sqlstate))) {
    error.hint("roll back and run the transaction again: it is prepared anew then");
  }
}

bool ExecuteMachine::ready() {
  if (step_ != Step::Sync) {
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

Outcome ExecuteMachine::finish() {
  if (sink_failure_) std::rethrow_exception(sink_failure_);
  throw_failure();
  return std::move(outcome_);
}

}  // namespace pgjinja::pg::wire
