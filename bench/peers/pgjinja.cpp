// pgjinja's Client: bench_peer_pgjinja CONNINFO

#include "client_works.hpp"

#include <pgjinja/pgjinja.hpp>

#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

using pgjinja::Client;

Client make_client(const std::string& conninfo) {
  const auto loader =
      std::make_shared<pgjinja::jinja::MapLoader>(std::map<std::string, std::string>{
          {"city", "SELECT id, name, country, population FROM city WHERE id = {{ id }}"},
          {"events", "SELECT id, label, value, at, done FROM event"},
          {"arrive",
           "INSERT INTO arrival (id, label, value, at, done)"
           " VALUES ({{ id }}, {{ label }}, {{ value }}, {{ at }}, {{ done }})"}});
  return Client{{.connection = {.conninfo = conninfo}, .pool = {.max_size = 1}, .loader = loader}};
}

std::vector<City> batch_of(const Client& db, std::span<const std::int64_t> ids) {
  pgjinja::Batch batch = db.batch();
  std::vector<pgjinja::Pending<City>> pending;
  pending.reserve(ids.size());
  for (const std::int64_t id : ids) {
    pending.push_back(batch.query_one<City>("city", {{"id", id}}));
  }
  batch.run();
  std::vector<City> cities;
  cities.reserve(ids.size());
  for (pgjinja::Pending<City>& city : pending) cities.push_back(city.get());
  return cities;
}

Works make_works(const Client& db) {
  return {{"row",
           one_by_one([&](std::int64_t id) { return db.query_one<City>("city", {{"id", id}}); })},
          {"batch", in_batches([&](auto ids) { return batch_of(db, ids); })},
          {"events", all_events([&] { return db.query<TypedEvent>("events"); })},
          {"in_many", rows_in(typed(make_events(kRowsIn)),
                              [&](const auto& rows) { return db.execute_many("arrive", rows); })},
          {"in_copy", rows_in(typed(make_events(kRowsIn)),
                              [&](const auto& rows) { return db.copy_in("arrival", rows); })}};
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Client db = make_client(argc > 1 ? argv[1] : "");
    serve(make_works(db));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bench_peer_pgjinja: " << error.what() << "\n";
    return 1;
  }
}
