#include "testbed.hpp"

#include <stdexcept>

std::string conninfo(const pgjinja::EmbeddedServer& server) {
  std::string text;
  for (const auto& [key, value] : server.settings().keywords) text += key + "='" + value + "' ";
  return text;
}

void fill(const pgjinja::Client& db, int events) {
  db.run_script(
      "CREATE TABLE city (id bigint PRIMARY KEY, name text NOT NULL, country text NOT NULL,"
      " population bigint NOT NULL);"
      "INSERT INTO city SELECT i, 'city ' || i, 'FR', i * 7 FROM generate_series(1, " +
      std::to_string(kCities) +
      ") i;"
      "CREATE TABLE arrival (id bigint, label text, value float8, at timestamptz, done bool);"
      "CREATE TABLE event (id bigint, label text, value float8, at timestamptz, done bool);"
      "INSERT INTO event SELECT i, 'event ' || i, i / 3.0, '2026-01-01'::timestamptz"
      " + i * interval '1 second', i % 2 = 0 FROM generate_series(1, " +
      std::to_string(events) + ") i");
  db.run_script("VACUUM ANALYZE");
}

void demand(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(std::string("wrong answer: ") + what);
}
