#pragma once

#include "pg/wire/play.hpp"
#include "pg/wire/server_bytes.hpp"

#include <pgjinja/pg/copy.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace pgjinja::pg::wire {

// What a server says to a COPY of two columns, message by message.

inline std::string copy_format_body(Format format, std::uint16_t columns) {
  std::string body(1, static_cast<char>(format));
  append16(body, columns);
  for (int i = 0; i < columns; ++i) append16(body, static_cast<std::uint16_t>(format));
  return body;
}
inline ServerBytes described() {
  return ServerBytes().parsed().parameter_types({}).columns(
      {{"id", oid::kInt4}, {"name", oid::kText}});
}
inline ServerBytes copy_in_begins(Format format = Format::Binary) {
  return described().parsed().bound().message('G', copy_format_body(format, 2));
}
inline ServerBytes copied_in(Format format = Format::Binary) {
  return copy_in_begins(format).complete("COPY 2").ready();
}

/// As feed(), but no message arrives before all has been sent that was written until then: a server
/// answers what it was asked.
inline void feed_messages(Conversation& machine, std::string_view bytes, std::size_t piece,
                          std::string& sent) {
  std::size_t left = 0;  // of the message under way
  write_all(machine, sent);
  while (!bytes.empty() && machine.wait() != Conversation::Wait::Done) {
    if (left == 0) left = bytes.size() < kMessageHead ? bytes.size() : *message_size(bytes);
    const std::size_t size = std::min({piece, left, bytes.size()});
    std::copy_n(bytes.data(), size, machine.room().data());
    bytes.remove_prefix(size);
    left -= size;
    machine.received(size);
    write_all(machine, sent);
  }
  machine.lost("end of script");
}

/// Gives (1, "n1"), (2, NULL), (3, "n3"), …
class CountingSource final : public CopySource {
 public:
  explicit CountingSource(std::uint32_t rows = 2) : rows_(rows) {}

  Format begin(const std::vector<Column>& columns) override {
    for (const Column& column : columns) seen += column.name + " ";
    if (throw_at == 0) throw std::runtime_error("no begin");
    return format;
  }
  bool next(CopyRow& row) override {
    if (written == rows_) return false;
    ++written;
    std::string& id = row.begin_field();
    format == Format::Text ? void(id += std::to_string(written)) : append32(id, written);
    row.end_field();
    if (written == throw_at) throw std::runtime_error("no row");
    if (written == short_row) return true;
    if (written % 2 == 0) {
      row.null();
    } else {
      row.begin_field() += "n" + std::to_string(written);
      row.end_field();
    }
    return true;
  }

  Format format = Format::Binary;
  std::uint32_t written = 0;
  std::uint32_t throw_at = 0xFFFFFFFF;  ///< 0: at the beginning
  std::uint32_t short_row = 0;          ///< it has a field only
  std::string seen;

 private:
  std::uint32_t rows_;
};

}  // namespace pgjinja::pg::wire
