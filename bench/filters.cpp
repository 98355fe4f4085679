// Optional filters on a million rows, on one embedded server: bench_filters [REPETITIONS]
// A template gives a statement of its own for each set of filters; without templates one statement
// has to do for all: `($1 IS NULL OR owner = $1) AND …`.

#include "series.hpp"
#include "testbed.hpp"

#include <pgjinja/pgjinja.hpp>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using pgjinja::Client;
using pgjinja::Context;
using pgjinja::EmbeddedServer;

constexpr int kRounds = 8;

const std::string kOneForAll =
    "SELECT id, price FROM item"
    " WHERE ({{ owner }}::int IS NULL OR owner = {{ owner }})"
    " AND ({{ category }}::int IS NULL OR category = {{ category }})"
    " AND ({{ price }}::float8 IS NULL OR price >= {{ price }})";

std::string planned(const char* how) {
  return std::string("{#---\n@plan ") + how + "\n---#}\n" + kOneForAll;
}

const std::map<std::string, std::string> kTemplates = {
    {"by shape",
     "SELECT id, price FROM item WHERE true"
     "{% if owner is not none %} AND owner = {{ owner }}{% endif %}"
     "{% if category is not none %} AND category = {{ category }}{% endif %}"
     "{% if price is not none %} AND price >= {{ price }}{% endif %}"},
    {"one, auto", kOneForAll},
    {"one, generic", planned("generic")},
    {"one, custom", planned("custom")}};

struct Item {
  std::int64_t id;
  double price;
};

Client connect(const EmbeddedServer& server) {
  pgjinja::ClientSettings settings;
  settings.connection = server.settings();
  settings.pool.max_size = 1;
  settings.loader = std::make_shared<pgjinja::jinja::MapLoader>(kTemplates);
  Client db(std::move(settings));
  db.run_script(
      "CREATE TABLE item (id bigint PRIMARY KEY, owner int NOT NULL, category int NOT NULL,"
      " price float8 NOT NULL);"
      "INSERT INTO item SELECT i, i % 50000, i % 997, i % 1009 FROM generate_series(1, 1000000) i;"
      "CREATE INDEX ON item (owner); CREATE INDEX ON item (category);");
  db.run_script("VACUUM ANALYZE item");
  return db;
}

/// All sets of filters that an index serves; each round with other values.
std::vector<Context> searches() {
  std::vector<Context> all;
  for (int i = 0; i < kRounds; ++i) {
    const int owner = 1 + i * 37;
    const int category = 1 + i * 11;
    all.push_back({{"owner", owner}, {"category", nullptr}, {"price", nullptr}});
    all.push_back({{"owner", owner}, {"category", nullptr}, {"price", 500.0}});
    all.push_back({{"owner", owner}, {"category", category}, {"price", nullptr}});
    all.push_back({{"owner", nullptr}, {"category", category}, {"price", 900.0}});
  }
  return all;
}

void filters(const Client& db, int repetitions) {
  const std::vector<Context> all = searches();
  std::vector<std::size_t> rows;
  for (const Context& each : all) rows.push_back(db.query<Item>("by shape", each).size());
  std::vector<Contender> contenders;
  for (const char* name : {"by shape", "one, generic", "one, auto", "one, custom"}) {
    contenders.push_back({name, [&db, &all, &rows, name] {
                            for (std::size_t i = 0; i < all.size(); ++i) {
                              demand(db.query<Item>(name, all[i]).size() == rows[i], name);
                            }
                          }});
  }
  run_series("Optional filters on a million rows", static_cast<double>(all.size()), repetitions,
             contenders);
  for (const pgjinja::ShapeStatistics& shape : db.shape_statistics()) {
    std::cout << "\n  " << shape.generic_plans << " generic and " << shape.custom_plans
              << " custom plans: " << shape.sql;
  }
  std::cout << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  const EmbeddedServer server;
  filters(connect(server), argc > 1 ? std::atoi(argv[1]) : 7);
}
