// Any bytes from a server, in any pieces: the machines end in a result or an Error.

#include "pg/wire/execute_machine.hpp"
#include "pg/wire/pipeline_machine.hpp"
#include "pg/wire/script_machine.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace pgjinja;
using namespace pgjinja::pg;
using wire::Conversation;

/// Touches every byte, so that the sanitizer sees a view that leads nowhere.
class TouchingSink final : public RowSink {
 public:
  void columns(const std::vector<Column>& columns) override { columns_ = columns.size(); }
  void row(std::span<const Field> fields) override {
    if (fields.size() != columns_) std::abort();
    for (const Field& field : fields) {
      for (const char c : field.bytes()) sum_ = sum_ + static_cast<unsigned char>(c);
    }
  }

 private:
  std::size_t columns_ = 0;
  volatile unsigned sum_ = 0;
};

class Server {
 public:
  explicit Server(std::string_view bytes) : bytes_(bytes) {}

  void answer(Conversation& machine) {
    while (machine.wait() != Conversation::Wait::Done) {
      if (machine.wait() == Conversation::Wait::Write) {
        machine.sent(machine.output().size());
      } else if (bytes_.empty()) {
        machine.lost("end of input");
      } else {
        deliver(machine);
      }
    }
  }
  [[nodiscard]] bool silent() const { return bytes_.empty(); }

 private:
  /// The first byte says how large the piece is.
  void deliver(Conversation& machine) {
    const std::span<char> room = machine.room();
    const auto wanted = static_cast<std::size_t>(static_cast<unsigned char>(bytes_.front())) + 1;
    const std::size_t size = std::min({wanted, bytes_.size(), room.size()});
    std::copy_n(bytes_.data(), size, room.data());
    bytes_.remove_prefix(size);
    machine.received(size);
  }

  std::string_view bytes_;
};

void execute(Server& server, wire::SessionState& state, wire::StatementCache& cache) {
  TouchingSink sink;
  const Value parameters[] = {Value(7), Value("text"), Value()};
  try {
    wire::ExecuteMachine machine(state, cache, "SELECT $1, $2, $3", parameters, sink);
    server.answer(machine);
    static_cast<void>(machine.finish());
  } catch (const Error&) {
    // Refusing is what hostile bytes are for.
  }
}

void pipeline(Server& server, wire::SessionState& state, wire::StatementCache& cache,
              Grouping grouping) {
  TouchingSink sinks[3];
  const Value parameters[] = {Value(7)};
  PipelineEntry entries[] = {{.sql = "SELECT $1", .parameters = parameters, .sink = sinks},
                             {.sql = "INSERT", .parameters = {}, .sink = sinks + 1},
                             {.sql = "SELECT $1", .parameters = parameters, .sink = sinks + 2}};
  wire::PipelineMachine machine(state, cache, entries, grouping);
  server.answer(machine);
  machine.finish();
  for (const PipelineEntry& entry : entries) {
    if (!state.usable && !entry.done && entry.failure == nullptr) std::abort();
  }
}

void run_script(Server& server, wire::SessionState& state) {
  try {
    wire::ScriptMachine machine(state, "SELECT 1");
    server.answer(machine);
    machine.finish();
  } catch (const Error&) {
    // As above.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Server server(std::string_view(reinterpret_cast<const char*>(data), size));
  wire::SessionState state;
  wire::StatementCache cache({.capacity = 1});
  while (state.usable && !server.silent()) {
    execute(server, state, cache);
    if (state.usable && !server.silent()) run_script(server, state);
    if (state.usable && !server.silent()) pipeline(server, state, cache, Grouping::Each);
    if (state.usable && !server.silent()) pipeline(server, state, cache, Grouping::Together);
  }
  return 0;
}
