// What a setting of a transaction costs the server, as a parameter and as text, beside a row by its
// key: bench_settings [REPETITIONS]. Each is executed five hundred times in one packet, so that the
// round trip counts for nothing.

#include "series.hpp"
#include "testbed.hpp"

#include <pgjinja/pgjinja.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

namespace {

using pgjinja::Value;

constexpr std::size_t kStatements = 500;

/// Drops rows.
class Nobody final : public pgjinja::pg::RowSink {
 public:
  void columns(const std::vector<pgjinja::pg::Column>& /*columns*/) override {}
  void row(std::span<const pgjinja::pg::Field> /*fields*/) override {}
};

void execute(pgjinja::pg::Connection& connection, const std::string& sql,
             const std::vector<Value>& parameters) {
  Nobody nobody;
  std::vector<pgjinja::pg::PipelineEntry> entries;
  entries.push_back({.sql = "BEGIN", .parameters = {}, .sink = &nobody});
  for (std::size_t i = 0; i < kStatements; ++i) {
    entries.push_back({.sql = sql, .parameters = parameters, .sink = &nobody});
  }
  entries.push_back({.sql = "COMMIT", .parameters = {}, .sink = &nobody});
  connection.pipeline(entries, pgjinja::pg::Grouping::Together);
  for (const pgjinja::pg::PipelineEntry& entry : entries) {
    demand(entry.failure == nullptr, "each statement");
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int repetitions = argc > 1 ? std::atoi(argv[1]) : 15;
  const pgjinja::EmbeddedServer server;
  fill(pgjinja::Client({.connection = server.settings()}), 1);
  pgjinja::pg::Connection connection(server.settings());
  run_series(
      "One of five hundred statements in a packet", kStatements, repetitions,
      {{"SELECT set_config($1, $2, true)",
        [&] {
          execute(connection, "SELECT set_config($1, $2, true)",
                  {Value("statement_timeout"), Value("5000")});
        }},
       {"SET LOCAL", [&] { execute(connection, "SET LOCAL statement_timeout = '5000'", {}); }},
       {"a row by its key", [&] {
          execute(connection, "SELECT id, name, population FROM city WHERE id = $1",
                  {Value(std::int64_t{7})});
        }}});
}
