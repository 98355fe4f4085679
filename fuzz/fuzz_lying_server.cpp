// A server that speaks the protocol and lies: about what it sends, lengths, counts, types and
// values. Whatever a client makes of it, rows of structs, untyped rows, streams, copies, ends in
// rows or in an Error, and a session that is still usable is in step.

#include "choices.hpp"
#include "client/cursor.hpp"
#include "lying_server.hpp"
#include "pg/wire/copy_in_machine.hpp"
#include "pg/wire/copy_out_machine.hpp"
#include "pg/wire/execute_machine.hpp"
#include "pg/wire/pipeline_machine.hpp"
#include "pg/wire/stream_machine.hpp"

#include <pgjinja/client/result.hpp>
#include <pgjinja/client/row_sinks.hpp>
#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fuzzed {

struct Row {
  std::int64_t id;
  std::optional<std::string> name;
  std::optional<double> size;
  pgjinja::TimestampTz at;
  bool flag;
  std::vector<std::optional<std::int32_t>> numbers;
  pgjinja::Decimal amount;
  std::vector<std::byte> raw;
};

}  // namespace fuzzed

namespace {

using namespace pgjinja;
using namespace pgjinja::pg;
using fuzz::Choices;
using fuzz::LyingServer;
using wire::Conversation;

constexpr std::string_view kSelect = "SELECT * FROM t WHERE id >= $1";

/// Hands a machine what the server says, in pieces. When a machine pauses, `paused` decides.
template <class Paused>
void answer(Conversation& machine, std::string_view bytes, Choices& choices, Paused paused) {
  while (machine.wait() != Conversation::Wait::Done) {
    switch (machine.wait()) {
      case Conversation::Wait::Write: machine.sent(machine.output().size()); break;
      case Conversation::Wait::Paused: paused(); break;
      default: {
        if (bytes.empty()) return machine.lost("end of input");
        const std::span<char> room = machine.room();
        const std::size_t wanted = choices.flip() ? bytes.size() : 1 + choices.below(32);
        const std::size_t size = std::min({wanted, bytes.size(), room.size()});
        std::copy_n(bytes.data(), size, room.data());
        bytes.remove_prefix(size);
        machine.received(size);
      }
    }
  }
}

/// No machine pauses but a stream.
void never() { std::abort(); }

/// Runs `work`; refusing is what lies are for.
template <class Work>
void try_to(Work work) {
  try {
    work();
  } catch (const Error&) {
    return;
  }
}

/// One session, until it is broken or the bytes have run out.
class Session {
 public:
  explicit Session(Choices& choices) : choices_(choices), server_(choices) {}

  void run() {
    while (state_.usable && !choices_.empty()) {
      switch (choices_.below(6)) {
        case 0: execute_typed(); break;
        case 1: execute_untyped(); break;
        case 2: stream(); break;
        case 3: copy_out(); break;
        case 4: copy_in(); break;
        default: pipeline(); break;
      }
    }
  }

 private:
  std::string said() {
    return cache_.find(kSelect) == nullptr ? server_.first_use() : server_.later_use();
  }

  void execute(CallSink& sink) {
    const std::string bytes = said();
    const Value parameters[] = {Value(7)};
    wire::ExecuteMachine machine(state_, cache_, kSelect, parameters, sink);
    answer(machine, bytes, choices_, never);
    sink.finish(machine.finish());
  }

  void execute_typed() {
    try_to([&] {
      RowsSink<fuzzed::Row> sink;
      execute(sink);
      for (const fuzzed::Row& row : std::move(sink).take()) touch(row);
    });
  }

  void execute_untyped() {
    try_to([&] {
      ResultSink sink;
      execute(sink);
      const Result result = sink.take();
      for (const pgjinja::Row& row : result) {
        for (std::size_t i = 0; i < row.size(); ++i) static_cast<void>(row.at(i).value());
      }
    });
  }

  void stream() {
    try_to([&] {
      const std::string bytes = server_.portions();
      const Value parameters[] = {Value(7)};
      RowsSink<fuzzed::Row> sink;
      wire::StreamMachine machine(state_, cache_, kSelect, parameters, sink, 2);
      machine.proceed();
      answer(machine, bytes, choices_, [&] {
        machine.check_sink();
        choices_.below(8) == 1 ? machine.close() : machine.proceed();
      });
      static_cast<void>(machine.finish());
    });
    // A sink that refused leaves the machine in the middle of its portal.
    state_.usable = state_.usable && state_.in.bytes().empty();
  }

  void copy_out() {
    try_to([&] {
      const std::string bytes = server_.copy_out();
      RowsSink<fuzzed::Row> sink;
      wire::CopyOutMachine machine(state_, "SELECT * FROM t", sink);
      answer(machine, bytes, choices_, never);
      static_cast<void>(machine.finish());
    });
  }

  void copy_in() {
    try_to([&] {
      const std::string bytes = server_.copy_in();
      NoRows none;
      CopyIn copy{.table = TableName("t"),
                  .columns = {"id", "name", "size", "at", "flag", "numbers", "amount", "raw"},
                  .source = &none};
      wire::CopyInMachine machine(state_, copy);
      answer(machine, bytes, choices_, never);
      static_cast<void>(machine.finish());
    });
  }

  void pipeline() {
    try_to([&] {
      const std::string bytes = said() + server_.later_use();
      const Value parameters[] = {Value(7)};
      RowsSink<fuzzed::Row> sinks[2];
      PipelineEntry entries[] = {{.sql = kSelect, .parameters = parameters, .sink = sinks},
                                 {.sql = kSelect, .parameters = parameters, .sink = sinks + 1}};
      wire::PipelineMachine machine(state_, cache_, entries, Grouping::Each);
      answer(machine, bytes, choices_, never);
      machine.finish();
    });
  }

  /// Reads every byte, so that a sanitizer sees what leads nowhere.
  void touch(const fuzzed::Row& row) {
    for (const char c : row.name.value_or("")) sum_ = sum_ + static_cast<unsigned char>(c);
    for (const std::byte b : row.raw) sum_ = sum_ + static_cast<unsigned>(b);
    for (const auto& number : row.numbers) sum_ = sum_ + (number ? 1U : 0U);
  }

  class NoRows final : public CopySource {
   public:
    Format begin(const std::vector<Column>&) override { return Format::Binary; }
    bool next(CopyRow&) override { return false; }
  };

  Choices& choices_;
  LyingServer server_;
  wire::SessionState state_;
  wire::StatementCache cache_{{.capacity = 2}};
  volatile unsigned sum_ = 0;
};

/// Cursors come from outside as well. What can be read is what would be written.
void read_cursor(std::string_view payload) {
  try {
    if (cursor_payload(read_cursor_payload(payload)) != payload) std::abort();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Cursor) throw;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_cursor(std::string_view(reinterpret_cast<const char*>(data), size));
  Choices choices(data, size);
  Session(choices).run();
  return 0;
}
