// The server that all contenders of one run reach: bench_peer_server
// Prints how to reach it, and then serves the works with what the others have to come to, found by
// SQL; also `truncate`, which empties the table that rows are sent into, and `arrived`, the sums
// over that table.

#include "../testbed.hpp"
#include "client_works.hpp"

#include <pgjinja/pgjinja.hpp>

#include <iostream>
#include <map>
#include <memory>
#include <string>

namespace {

constexpr int kEvents = 1'000'000;

const std::string kCitySums =
    "SELECT concat_ws(' ', count(*), sum(id), sum(length(name) + length(country)), sum(population))"
    " FROM asked JOIN city USING (id)";
const std::string kEventSums =
    "SELECT concat_ws(' ', count(*), sum(id), sum(length(label)), sum(round(value * 3))::bigint,"
    " sum(extract(epoch FROM at) * 1000 - 946684800000)::bigint, count(*) FILTER (WHERE done)) "
    "FROM ";

const std::map<std::string, std::string> kSums{
    {"row",
     "WITH asked AS (SELECT i * 7919 % {{ cities }} + 1 AS id"
     " FROM generate_series(0, {{ times }} - 1) i) " +
         kCitySums},
    {"batch",
     "WITH asked AS (SELECT i * 7919 % {{ cities }} + 1 AS id"
     " FROM generate_series(0, {{ batch }} - 1) i, generate_series(1, {{ times }})) " +
         kCitySums},
    {"callers",
     "WITH asked AS (SELECT (caller * 7919 + i * 104729) % {{ cities }} + 1 AS id"
     " FROM generate_series(0, {{ callers }} - 1) caller, generate_series(0, {{ times }} - 1) i) " +
         kCitySums},
    {"events", kEventSums + "event"},
    {"in", kEventSums + "(SELECT i AS id, 'event ' || i AS label, i / 3.0 AS value,"
                        " timestamptz '2000-01-01 00:00:00+00' + i * interval '1 second' AS at,"
                        " i % 2 = 0 AS done FROM generate_series(0, {{ rows_in }} - 1) i) sent"},
    {"arrived", kEventSums + "arrival"}};

std::string sums_by_sql(const pgjinja::Client& db, const std::string& work, int times) {
  return db.query_one<std::string>(work, {{"times", times},
                                          {"cities", kCities},
                                          {"callers", kCallers},
                                          {"batch", kBatch},
                                          {"rows_in", kRowsIn}});
}

Works make_works(const pgjinja::Client& db) {
  Works works;
  for (const auto& [name, sql] : kSums) {
    works[name] = [&db, name = name](int times) { return known(sums_by_sql(db, name, times)); };
  }
  works["truncate"] = [&db](int) {
    db.run_script("TRUNCATE arrival");
    return known("");
  };
  return works;
}

}  // namespace

int main() {
  try {
    const pgjinja::EmbeddedServer server;
    const pgjinja::Client db({.connection = server.settings(),
                              .loader = std::make_shared<pgjinja::jinja::MapLoader>(kSums)});
    fill(db, kEvents);
    std::cout << conninfo(server) << std::endl;
    serve(make_works(db));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bench_peer_server: " << error.what() << "\n";
    return 1;
  }
}
