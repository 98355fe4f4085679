// Streams, limits and notifications: docs/streams.md shows this file.
#include <pgjinja/pgjinja.hpp>

#include <chrono>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

namespace {

using namespace std::chrono_literals;
using pgjinja::Client;

struct Reading {
  std::int64_t id;
  std::string sensor;
  std::optional<double> celsius;
};

const std::map<std::string, std::string> kTemplates = {
    {"readings",
     "SELECT id, sensor, celsius FROM reading\n"
     "{% if sensor %}WHERE sensor = {{ sensor }}\n{% endif %}"
     "ORDER BY id"},
    {"slow", "SELECT count(*) FROM reading a, reading b, reading c"},
    {"tell", "SELECT pg_notify('readings', {{ text }})"},
};

Client connect(const pgjinja::EmbeddedServer& server) {
  Client db({.connection = server.settings(),
             .loader = std::make_shared<pgjinja::jinja::MapLoader>(kTemplates)});
  db.run_script(
      "CREATE TABLE reading (id bigint PRIMARY KEY, sensor text NOT NULL, celsius float8);"
      "INSERT INTO reading SELECT g, 'sensor \"' || g % 3 || '\"',"
      " CASE WHEN g % 10 <> 0 THEN g % 400 / 10.0 END FROM generate_series(1, 20000) g");
  return db;
}

/// A text as a field of CSV.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

/// However many rows there are, a few are in memory.
void write_csv(const Client& db, std::ostream& out) {
  out << "id,sensor,celsius\n";
  for (const Reading& reading : db.stream<Reading>("readings", {{"sensor", nullptr}})) {
    out << reading.id << ',' << quoted(reading.sensor) << ',';
    if (reading.celsius) out << *reading.celsius;
    out << "\n";
  }
}

/// Leaving the loop ends the statement, and gives the connection back.
std::int64_t first_above(const Client& db, double limit) {
  for (const Reading& reading : db.stream<Reading>("readings", {{"sensor", "sensor \"1\""}})) {
    if (reading.celsius.value_or(0) > limit) return reading.id;
  }
  return 0;
}

}  // namespace

int main() {
  const pgjinja::EmbeddedServer server;
  const Client db = connect(server);

  std::ostringstream csv;
  write_csv(db, csv);
  const std::string text = csv.str();
  std::cout << text.substr(0, text.find("\n3,") + 1) << "… " << text.size() << " bytes\n";
  std::cout << "first above 39: " << first_above(db, 39) << "\n";

  // It would take hours; the server stops it.
  try {
    db.with({.timeout = 50ms}).execute("slow");
  } catch (const pgjinja::Error& error) {
    std::cout << error_kind_name(error.kind()) << "\n";
  }

  // A session of its own hears what others tell.
  pgjinja::pg::Listener listener = db.listen({"readings"});
  db.execute("tell", {{"text", "sensor 7 is new"}});
  const auto news = listener.next({.deadline = std::chrono::steady_clock::now() + 10s});
  std::cout << news->channel << ": " << news->payload << "\n";
  const auto silence = listener.next({.deadline = std::chrono::steady_clock::now() + 1ms});
  std::cout << (silence ? "more" : "nothing more") << "\n";
  return 0;
}
