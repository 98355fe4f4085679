#include "pg/wire/frontend_messages.hpp"

#include "pg/wire/bytes.hpp"

#include <pgjinja/core/error.hpp>

namespace pgjinja::pg::wire {

namespace {

/// Opens a message and returns where it starts, for end_message().
std::size_t begin_message(std::string& out, char type) {
  const std::size_t start = out.size();
  const char head[5] = {type, 0, 0, 0, 0};
  out.append(head, sizeof head);
  return start;
}

void end_message(std::string& out, std::size_t start) {
  const std::size_t length = out.size() - start - 1;
  if (length > kMaxMessage) {
    throw Error(ErrorKind::Encode, "statement and parameters together are larger than 1 GiB")
        .hint("send the data in several statements");
  }
  store32(out.data() + start + 1, static_cast<std::uint32_t>(length));
}

void append_text(std::string& out, std::string_view text) {
  out.append(text);
  out.push_back('\0');
}

void append_sql(std::string& out, std::string_view sql) {
  if (sql.find('\0') != std::string_view::npos) {
    throw Error(ErrorKind::Encode,
                "the SQL text has a NUL byte in it, which PostgreSQL cannot read");
  }
  append_text(out, sql);
}

void append_for_statement(std::string& out, char type, std::string_view statement) {
  const std::size_t start = begin_message(out, type);
  out.push_back('S');
  append_text(out, statement);
  end_message(out, start);
}

}  // namespace

void append_parse(std::string& out, std::string_view statement, std::string_view sql) {
  const std::size_t start = begin_message(out, 'P');
  append_text(out, statement);
  append_sql(out, sql);
  append16(out, 0);  // no parameter type is told: the server infers them all
  end_message(out, start);
}

void append_describe_statement(std::string& out, std::string_view statement) {
  append_for_statement(out, 'D', statement);
}

void append_close_statement(std::string& out, std::string_view statement) {
  append_for_statement(out, 'C', statement);
}

void append_close_portal(std::string& out) {
  static constexpr char kClose[] = {'C', 0, 0, 0, 6, 'P', 0};
  out.append(kClose, sizeof kClose);
}

[[gnu::hot]] void append_execute(std::string& out, std::uint32_t rows) {
  char execute[] = {'E', 0, 0, 0, 9, 0, 0, 0, 0, 0};
  store32(execute + 6, rows);
  out.append(execute, sizeof execute);
}

void append_flush(std::string& out) {
  static constexpr char kFlush[] = {'H', 0, 0, 0, 4};
  out.append(kFlush, sizeof kFlush);
}

[[gnu::hot]] void append_sync(std::string& out) {
  static constexpr char kSync[] = {'S', 0, 0, 0, 4};
  out.append(kSync, sizeof kSync);
}

void append_query(std::string& out, std::string_view sql) {
  const std::size_t start = begin_message(out, 'Q');
  append_sql(out, sql);
  end_message(out, start);
}

void append_copy_done(std::string& out) {
  static constexpr char kCopyDone[] = {'c', 0, 0, 0, 4};
  out.append(kCopyDone, sizeof kCopyDone);
}

std::size_t begin_copy_data(std::string& out) { return begin_message(out, 'd'); }

void end_copy_data(std::string& out, std::size_t start) {
  const std::size_t length = out.size() - start - 1;
  if (length > kMaxMessage) throw Error(ErrorKind::Encode, "a row is larger than 1 GiB");
  store32(out.data() + start + 1, static_cast<std::uint32_t>(length));
}

void append_copy_fail(std::string& out, std::string_view reason) {
  const std::size_t start = begin_message(out, 'f');
  append_text(out, reason);
  end_message(out, start);
}

[[gnu::hot]] BindMessage::BindMessage(std::string& out, std::string_view statement,
                                      std::uint16_t parameters)
    : out_(out), start_(out.size()) {
  constexpr std::size_t kBeforeStatement = 6;  // the head, and the name of the unnamed portal
  const std::size_t count = start_ + kBeforeStatement + statement.size() + 1;
  formats_ = count + 2;
  const std::size_t second_count = formats_ + std::size_t{2} * parameters;
  out.resize(second_count + 2);  // with zeros, which end texts too
  out[start_] = 'B';
  statement.copy(out.data() + start_ + kBeforeStatement, statement.size());
  store16(out.data() + count, parameters);
  store16(out.data() + second_count, parameters);
}

void BindMessage::add_null() {
  formats_ += 2;
  append32(out_, 0xFFFFFFFFU);
}

[[gnu::hot]] std::string& BindMessage::begin_value() {
  append32(out_, 0);
  value_ = out_.size();
  return out_;
}

[[gnu::hot]] void BindMessage::end_value(Format format) {
  const std::size_t size = out_.size() - value_;
  if (size > kMaxMessage) throw Error(ErrorKind::Encode, "a parameter is larger than 1 GiB");
  store32(out_.data() + value_ - 4, static_cast<std::uint32_t>(size));
  store16(out_.data() + formats_, static_cast<std::uint16_t>(format));
  formats_ += 2;
}

[[gnu::hot]] void BindMessage::finish(std::string_view result_formats) {
  out_.append(result_formats);
  end_message(out_, start_);
}

void append_statement(std::string& out, std::string_view sql) {
  append_parse(out, {}, sql);
  BindMessage(out, {}, 0).finish(std::string_view("\0\0", 2));
  append_execute(out, 0);
}

}  // namespace pgjinja::pg::wire
