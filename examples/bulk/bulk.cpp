// Many rows at once: docs/bulk.md shows this file.
#include <pgjinja/pgjinja.hpp>

#include <chrono>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using pgjinja::Client;
using pgjinja::Transaction;

struct Reading {
  std::int64_t sensor;
  pgjinja::TimestampTz at;
  std::optional<double> value;
};

const std::map<std::string, std::string> kTemplates = {
    {"add", "INSERT INTO reading (sensor, at, value) VALUES ({{ sensor }}, {{ at }}, {{ value }})"},
    {"replace",
     "INSERT INTO reading (sensor, at, value) VALUES ({{ sensor }}, {{ at }}, {{ value }})\n"
     "ON CONFLICT (sensor, at) DO UPDATE SET value = EXCLUDED.value"},
    {"correct",
     "UPDATE reading SET value = value * {{ factor }} WHERE sensor = {{ sensor }}\n"
     "{% if since is defined %}AND at >= {{ since }}{% endif %}"},
    {"of_sensor", "SELECT * FROM reading WHERE sensor = {{ sensor | literal }} ORDER BY at"},
};

Client connect(const pgjinja::EmbeddedServer& server) {
  Client db({.connection = server.settings(),
             .loader = std::make_shared<pgjinja::jinja::MapLoader>(kTemplates)});
  db.run_script(
      "CREATE TABLE reading (sensor int, at timestamptz, value float8,"
      " PRIMARY KEY (sensor, at))");
  return db;
}

/// Ten sensors, one reading a second.
std::vector<Reading> readings(int count) {
  std::vector<Reading> out;
  for (int i = 0; i < count; ++i) {
    out.push_back({.sensor = i % 10,
                   .at = pgjinja::TimestampTz(std::chrono::seconds(1'700'000'000 + i / 10)),
                   .value = i % 7 == 0 ? std::nullopt : std::optional(i * 0.01)});
  }
  return out;
}

}  // namespace

int main() {
  const pgjinja::EmbeddedServer server;
  const Client db = connect(server);

  // A plain INSERT: by COPY.
  std::cout << "added " << db.execute_many("add", readings(50'000)) << "\n";

  // With ON CONFLICT: as arrays.
  std::vector<Reading> again = readings(20'000);
  for (Reading& reading : again) reading.value = 1;
  std::cout << "replaced " << db.execute_many("replace", again) << "\n";

  // Each row another statement: in a pipeline.
  const std::vector<pgjinja::Context> factors = {
      {{"sensor", 1}, {"factor", 0.5}},
      {{"sensor", 2}, {"factor", 1.5}, {"since", "2023-11-14 23:00:00+00"}}};
  std::cout << "corrected " << db.execute_many("correct", factors) << "\n";

  // All or nothing, and an error tells the row.
  std::vector<Reading> more = readings(300);
  for (Reading& reading : more) reading.sensor += 100;
  more[250].sensor = 5'000'000'000;
  try {
    db.execute_many("add", more);
  } catch (const pgjinja::Error& error) {
    std::cout << error.what() << "\n";
  }

  // Straight into a table, without a template, and straight out of a query.
  more[250].sensor = 100;
  db.transaction([&](Transaction& tx) {
    std::cout << "copied in " << tx.copy_in("reading", more) << "\n";
    double sum = 0;
    const std::int64_t count =
        tx.copy_out<Reading>("of_sensor", {{"sensor", 100}},
                             [&](const Reading& reading) { sum += reading.value.value_or(0); });
    std::cout << "copied out " << count << ", sum " << sum << "\n";
  });
  return 0;
}
