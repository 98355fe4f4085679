#include "pg/wire/statement_exchange.hpp"

#include "pg/wire/frontend_messages.hpp"

#include <pgjinja/core/error.hpp>
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

[[gnu::hot]] StatementExchange::StatementExchange(StatementCache& cache, std::string_view sql,
                                                  std::span<const Value> parameters, RowSink& sink,
                                                  std::uint32_t row_limit)
    : cache_(cache), sql_(sql), parameters_(parameters), sink_(sink), row_limit_(row_limit) {}

[[gnu::hot]] void StatementExchange::write(std::string& out) {
  PreparedStatement* known = cache_.find(sql_);
  if (known == nullptr) return write_first_use(out);
  const std::size_t before = out.size();
  try {
    write_later_use(*known, out);
  } catch (const Error&) {
    // The value may fit what the parameter's type is by now. When it is not the type's fault this
    // throws again, and the statement stays.
    out.resize(before);
    write_first_use(out);
    cache_.drop(*known);
  }
}

void StatementExchange::write_later_use(PreparedStatement& known, std::string& out) {
  known.use_binary();
  statement_ = &known;
  reused_ = true;
  append_bind(out, known.result_formats);
  append_execute(out, row_limit_);
  step_ = Step::Bind;
}

void StatementExchange::write_first_use(std::string& out) {
  draft_ = cache_.draft(sql_);
  statement_ = &draft_.front();
  reused_ = false;
  append_parse(out, statement_->name, sql_);
  append_describe_statement(out, statement_->name);
  append_bind(out, kAllText);
  append_execute(out, row_limit_);
  step_ = Step::Parse;
}

void StatementExchange::write_after(const StatementExchange& first, std::string& out) {
  statement_ = first.statement_;
  reused_ = true;
  append_bind(out, kAllText);
  append_execute(out, row_limit_);
  step_ = Step::Bind;
}

void StatementExchange::write_more(std::string& out) const { append_execute(out, row_limit_); }

[[gnu::hot]] void StatementExchange::append_bind(std::string& out,
                                                 std::string_view result_formats) {
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

void StatementExchange::encode_parameter(std::size_t index, std::string& out, Format& format) {
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

[[gnu::hot]] StatementExchange::Event StatementExchange::answer(const Message& message,
                                                                std::vector<Field>& fields) {
  switch (step_) {
    case Step::Parse: expect(message, MessageType::ParseComplete, Step::ParameterTypes); break;
    case Step::ParameterTypes:
      expect(message, MessageType::ParameterDescription, Step::Columns);
      read_parameter_types(message.body, statement_->parameter_types);
      break;
    case Step::Columns: on_described(message); break;
    case Step::Bind:
      expect(message, MessageType::BindComplete, Step::Rows);
      on_bound(fields);
      break;
    case Step::Rows:
    case Step::CopyOut: return on_execution(message, fields);
    case Step::Done: unexpected(message);
  }
  return Event::None;
}

void StatementExchange::expect(const Message& message, MessageType type, Step next) {
  if (message.type != type) unexpected(message);
  if (type != MessageType::ParameterDescription) expect_empty(message);
  step_ = next;
}

void StatementExchange::on_described(const Message& message) {
  if (message.type == MessageType::RowDescription) {
    read_columns(message.body, statement_->columns);
    statement_->returns_rows = true;
  } else {
    expect(message, MessageType::NoData, Step::Bind);
  }
  cache_.insert(draft_);
  step_ = Step::Bind;
}

[[gnu::hot]] void StatementExchange::on_bound(std::vector<Field>& fields) {
  bound_ = true;
  if (!statement_->returns_rows) return;
  fields.resize(statement_->columns.size());
  if (dropping_) return;
  try {
    sink_.columns(statement_->columns);
  } catch (...) {
    sink_failure_ = std::current_exception();  // the owner throws it, when all has been read
  }
}

[[gnu::hot]] StatementExchange::Event StatementExchange::on_execution(const Message& message,
                                                                      std::vector<Field>& fields) {
  switch (message.type) {
    case MessageType::DataRow: on_row(message, fields); return Event::Row;
    case MessageType::PortalSuspended:
      if (row_limit_ == 0) break;
      expect_empty(message);
      return Event::Suspended;
    case MessageType::CommandComplete: on_command_complete(message.body); return Event::None;
    case MessageType::EmptyQueryResponse:
      expect(message, message.type, Step::Done);
      return Event::None;
    case MessageType::CopyInResponse: return Event::CopyIn;
    case MessageType::CopyOutResponse: step_ = Step::CopyOut; return Event::CopyOut;
    case MessageType::CopyData:
    case MessageType::CopyDone:
      if (step_ == Step::CopyOut) return Event::None;
      break;
    default: break;
  }
  unexpected(message);
}

[[gnu::hot]] void StatementExchange::on_row(const Message& message, std::span<Field> fields) {
  if (!statement_->returns_rows) unexpected(message);
  read_row(message.body, fields);
  if (sink_failure_ || dropping_) return;
  try {
    sink_.row(fields);
  } catch (...) {
    sink_failure_ = std::current_exception();  // the owner throws it, when all has been read
  }
}

[[gnu::hot]] void StatementExchange::on_command_complete(std::string_view body) {
  outcome_.tag = read_command_tag(body);
  outcome_.rows = rows_in_tag(outcome_.tag);
  step_ = Step::Done;
  const bool may_forget = outcome_.tag.starts_with('D');
  if (may_forget && (outcome_.tag == "DISCARD ALL" || outcome_.tag == "DEALLOCATE ALL")) {
    cache_.forget_all();
  }
}

void StatementExchange::refused(const ErrorFields& fields) {
  if (step_ == Step::Bind) drop_if_stale(fields);
  if (step_ == Step::ParameterTypes || step_ == Step::Columns) cache_.retire(draft_);
  step_ = Step::Done;
}

void StatementExchange::drop_if_stale(const ErrorFields& fields) {
  stale_ = lost_statement(fields) || (reused_ && !blames_the_moment(fields.sqlstate));
  if (!stale_) return;
  lost_ = fields.sqlstate == "26000";
  surely_stale_ = lost_statement(fields) || (reused_ && shows_stale_types(fields.sqlstate));
  cache_.drop(*statement_);
}

}  // namespace pgjinja::pg::wire
