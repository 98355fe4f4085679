#pragma once

#include "pg/wire/bytes.hpp"
#include "pg/wire/execute_machine.hpp"
#include "pg/wire/frontend_messages.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::pg::wire {

/// Writes down what it is given: "id,name" for columns, "7|NULL" for a row.
class RecordingSink final : public RowSink {
 public:
  void columns(const std::vector<Column>& columns) override {
    std::string line;
    for (const Column& column : columns) line += (line.empty() ? "" : ",") + column.name;
    lines.push_back(line);
    if (throw_at == 0) throw std::runtime_error("columns refused");
  }
  void row(std::span<const Field> fields) override {
    std::string line;
    for (const Field& field : fields) {
      line += line.empty() ? "" : "|";
      line += field.is_null() ? "NULL" : std::string(field.bytes());
    }
    lines.push_back(line);
    if (--throw_at == 0) throw std::runtime_error("row refused");
  }

  std::vector<std::string> lines;
  int throw_at = -1;  ///< 0: at the columns; n: at the n-th row
};

/// What came of a conversation.
struct Played {
  std::string sent;
  std::optional<Error> error;
  Outcome outcome;

  /// The types of the messages that were sent: "PDBES".
  [[nodiscard]] std::string sent_types() const {
    std::string types;
    for (std::size_t at = 0; at < sent.size(); at += 1 + load32(sent.data() + at + 1)) {
      types += sent[at];
    }
    return types;
  }
};

inline void write_all(Conversation& machine, std::string& sent) {
  while (machine.wait() == Conversation::Wait::Write) {
    const std::string_view output = machine.output();
    sent += output;
    machine.sent(output.size());
  }
}

/// Feeds `bytes` in pieces of at most `piece` bytes, then the connection is lost.
inline void feed(Conversation& machine, std::string_view bytes, std::size_t piece,
                 std::string& sent) {
  write_all(machine, sent);
  while (!bytes.empty() && machine.wait() != Conversation::Wait::Done) {
    const std::span<char> room = machine.room();
    const std::size_t size = std::min({piece, bytes.size(), room.size()});
    std::copy_n(bytes.data(), size, room.data());
    bytes.remove_prefix(size);
    machine.received(size);
    write_all(machine, sent);
  }
  machine.lost("end of script");
}

/// One session with a scripted server.
struct Player {
  explicit Player(std::size_t capacity = 8) : Player(CachePolicy{.capacity = capacity}) {}
  explicit Player(CachePolicy policy) : cache(std::move(policy)) {}

  Played execute(std::string_view sql, const std::vector<Value>& parameters,
                 std::string_view script) {
    Played played;
    try {
      ExecuteMachine machine(state, cache, sql, parameters, sink);
      feed(machine, script, piece, played.sent);
      played.outcome = machine.finish();
    } catch (const Error& error) {
      played.error = error;
    }
    return played;
  }

  SessionState state;
  StatementCache cache;
  RecordingSink sink;
  std::size_t piece = 1 << 20;
};

}  // namespace pgjinja::pg::wire
