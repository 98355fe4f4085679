// The database side beside raw libpq, on one embedded server: bench_database [REPETITIONS]
// bench/run.sh pins it, and with it the server that it starts, to one core.

#include "events.hpp"
#include "keys.hpp"
#include "libpq_peer.hpp"
#include "series.hpp"
#include "testbed.hpp"

#include <pgjinja/pgjinja.hpp>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

using pgjinja::Client;
using pgjinja::EmbeddedServer;

constexpr int kQueries = 20'000;
constexpr int kEvents = 1'000'000;
constexpr int kRowsIn = 100'000;

const std::string kArrive =
    "INSERT INTO arrival (id, label, value, at, done)"
    " VALUES ({{ id }}, {{ label }}, {{ value }}, {{ at }}, {{ done }})";

Client make_client(const EmbeddedServer& server) {
  const auto loader =
      std::make_shared<pgjinja::jinja::MapLoader>(std::map<std::string, std::string>{
          {"city", "SELECT id, name, country, population FROM city WHERE id = {{ id }}"},
          {"events", "SELECT id, label, value, at, done FROM event"},
          {"arrive", kArrive},
          {"arrive_cast", kArrive + " ON CONFLICT DO NOTHING"},
          {"arrive_returning", kArrive + " RETURNING id"}});
  return Client{{.connection = server.settings(), .pool = {.max_size = 1}, .loader = loader}};
}

void one_row(const Client& db, LibpqPeer& peer, int repetitions) {
  run_series("One row by primary key", kQueries, repetitions,
             {{"libpq by hand",
               [&] {
                 for (int i = 0; i < kQueries; ++i)
                   demand(peer.city(row_key(i)).id == row_key(i), "libpq");
               }},
              {"Client::query<T>", [&] {
                 for (int i = 0; i < kQueries; ++i) {
                   const City city = db.query<City>("city", {{"id", row_key(i)}}).at(0);
                   demand(city.id == row_key(i), "pgjinja");
                 }
               }}});
}

void batches(const Client& db, LibpqPeer& peer, int repetitions) {
  constexpr int kBatch = 100;
  constexpr int kRounds = 400;
  std::vector<std::int64_t> keys;
  for (int i = 0; i < kBatch; ++i) keys.push_back(row_key(i));
  run_series("A hundred rows by primary key in one round trip", kBatch * kRounds, repetitions,
             {{"libpq pipeline by hand",
               [&] {
                 for (int i = 0; i < kRounds; ++i) {
                   demand(peer.cities(keys).back().id == keys.back(), "libpq");
                 }
               }},
              {"Client::batch", [&] {
                 std::vector<pgjinja::Pending<City>> cities;
                 for (int i = 0; i < kRounds; ++i) {
                   pgjinja::Batch batch = db.batch();
                   cities.clear();
                   for (const std::int64_t key : keys) {
                     cities.push_back(batch.query_one<City>("city", {{"id", key}}));
                   }
                   batch.run();
                   for (int j = 0; j < kBatch; ++j) demand(cities[j].get().id == keys[j], "batch");
                 }
               }}});
}

void transactions(const Client& db, LibpqPeer& peer, int repetitions) {
  const pgjinja::TransactionOptions options{.settings = {{"statement_timeout", "5s"}}};
  run_series(
      "BEGIN, SET LOCAL, one row, COMMIT", kQueries, repetitions,
      {{"libpq by hand, three round trips",
        [&] {
          for (int i = 0; i < kQueries; ++i) demand(peer.city_in_transaction(7).id == 7, "libpq");
        }},
       {"Client::transaction, two",
        [&] {
          for (int i = 0; i < kQueries; ++i) {
            const City city = db.transaction(
                [](pgjinja::Transaction& tx) { return tx.query_one<City>("city", {{"id", 7}}); },
                options);
            demand(city.id == 7, "transaction");
          }
        }},
       {"Batch::run, one", [&] {
          for (int i = 0; i < kQueries; ++i) {
            pgjinja::Batch batch = db.batch();
            const auto city = batch.query_one<City>("city", {{"id", 7}});
            batch.run(options);
            demand(city.get().id == 7, "batch");
          }
        }}});
}

void rows_in(const Client& db, LibpqPeer& peer, int repetitions) {
  const std::vector<Event> events = make_events(kRowsIn);
  const std::vector<TypedEvent> rows = typed(events);
  run_series("A hundred thousand rows in", kRowsIn, repetitions,
             {{"libpq COPY binary by hand",
               [&] {
                 db.run_script("TRUNCATE arrival");
                 demand(peer.copy_in(events) == kRowsIn, "libpq");
               }},
              {"Client::execute_many",
               [&] {
                 db.run_script("TRUNCATE arrival");
                 demand(db.execute_many("arrive", rows) == kRowsIn, "execute_many");
               }},
              {"Client::copy_in",
               [&] {
                 db.run_script("TRUNCATE arrival");
                 demand(db.copy_in("arrival", rows) == kRowsIn, "copy_in");
               }},
              {"Client::execute_many, arrays",
               [&] {
                 db.run_script("TRUNCATE arrival");
                 demand(db.execute_many("arrive_cast", rows) == kRowsIn, "arrays");
               }},
              {"Client::execute_many, pipeline", [&] {
                 db.run_script("TRUNCATE arrival");
                 demand(db.execute_many("arrive_returning", rows) == kRowsIn, "pipeline");
               }}});
}

bool streamed(const Client& db, std::uint32_t fetch_size) {
  std::int64_t rows = 0;
  std::int64_t done = 0;
  for (const TypedEvent& event : db.stream<TypedEvent>("events", {}, {.fetch_size = fetch_size})) {
    ++rows;
    done += event.done ? 1 : 0;
  }
  return rows == kEvents && done == kEvents / 2;
}

void million_rows(const Client& db, LibpqPeer& peer, int repetitions) {
  run_series("A million rows into structs", kEvents, repetitions,
             {{"libpq single-row", [&] { demand(peer.events().size() == kEvents, "libpq"); }},
              {"Client::query<T>",
               [&] { demand(db.query<TypedEvent>("events").size() == kEvents, "pgjinja"); }},
              {"Client::stream<T>, 1000 at a time", [&] { demand(streamed(db, 1000), "stream"); }},
              {"Client::stream<T>, all at once", [&] { demand(streamed(db, 0), "stream"); }}});
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int repetitions = argc > 1 ? std::atoi(argv[1]) : 9;
    const EmbeddedServer server;
    const Client db = make_client(server);
    fill(db, kEvents);
    LibpqPeer peer(conninfo(server));
    one_row(db, peer, repetitions);
    batches(db, peer, repetitions);
    transactions(db, peer, repetitions);
    million_rows(db, peer, repetitions);
    rows_in(db, peer, repetitions);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
