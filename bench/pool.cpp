// What the pool costs: bench_pool [REPETITIONS [row | far | page]], the last for one of the three
// statements alone. Borrowing and giving back alone, what is looked at meanwhile, and threads that
// share few connections beside as many threads of libpq as there are connections, which nobody else
// uses, and beside threads of libpq that share them as well. How long those wait who wait is
// printed apart: p99 / p50 of a fair line is near 1. The pieces are short, and there have to be
// many: the machine's speed changes from one second to the next.

#include "keys.hpp"
#include "libpq_line.hpp"
#include "libpq_peer.hpp"
#include "series.hpp"
#include "server_clock.hpp"
#include "testbed.hpp"
#include "workers.hpp"

#include <pgjinja/pg/pool.hpp>
#include <pgjinja/pgjinja.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using pgjinja::pg::Lease;
using pgjinja::pg::Pool;
using pgjinja::pg::SessionReset;

constexpr int kBorrowings = 50'000;
constexpr int kThreads = 64;
constexpr int kConnections = 8;
constexpr int kCalls = 12'800;
constexpr int kPages = 1'600;
constexpr int kFarCalls = 1'600;
constexpr std::size_t kPageRows = 100;

void borrow(Pool& pool, std::string_view label) {
  for (int i = 0; i < kBorrowings; ++i) const Lease lease = pool.acquire({}, label);
}

/// As if each had been idle for long enough to be looked at.
void look(Pool& pool) {
  const Lease lease = pool.acquire();
  int quiet = 0;
  for (int i = 0; i < kBorrowings; ++i) quiet += lease->quiet() ? 1 : 0;
  demand(quiet == kBorrowings, "a quiet connection");
}

/// One statement, as a Client and as libpq execute it.
struct Statement {
  std::string name;
  std::string title;
  int calls;
  std::function<void(const pgjinja::Client& db, std::int64_t key)> by_client;
  std::function<void(LibpqPeer& peer, std::int64_t key)> by_libpq;
};

const Statement kRow = {
    "row", "A row by its key", kCalls,
    [](const pgjinja::Client& db, std::int64_t key) {
      demand(db.query_one<City>("city", {{"id", key}}).id == key, "the city");
    },
    [](LibpqPeer& peer, std::int64_t key) { demand(peer.city(key).id == key, "the city"); }};

/// As from a server whose answers take a millisecond to arrive.
const Statement kFarRow = {
    "far", "A row by its key, 1 ms away", kFarCalls,
    [](const pgjinja::Client& db, std::int64_t key) {
      demand(db.query_one<City>("far_city", {{"id", key}}).id == key, "the city");
    },
    [](LibpqPeer& peer, std::int64_t key) { demand(peer.far_city(key).id == key, "the city"); }};

/// From the first half of the keys, so that all pages are full.
const Statement kPage = {"page", "A page of 100 rows", kPages,
                         [](const pgjinja::Client& db, std::int64_t key) {
                           demand(db.query<City>("page", {{"after", key / 2}}).size() == kPageRows,
                                  "the page");
                         },
                         [](LibpqPeer& peer, std::int64_t key) {
                           demand(peer.page(key / 2).size() == kPageRows, "the page");
                         }};

pgjinja::Client client_of(const pgjinja::EmbeddedServer& server, SessionReset reset) {
  const std::map<std::string, std::string> templates = {
      {"city", "SELECT id, name, country, population FROM city WHERE id = {{ id }}"},
      {"far_city",
       "SELECT id, name, country, population FROM city, pg_sleep(0.001) WHERE id = {{ id }}"},
      {"page",
       "SELECT id, name, country, population FROM city WHERE id > {{ after }}"
       " ORDER BY id LIMIT 100"}};
  pgjinja::ClientSettings settings;
  settings.connection = server.settings();
  settings.pool.max_size = kConnections;
  settings.pool.min_size = kConnections;
  settings.pool.reset = reset;
  settings.loader = std::make_shared<pgjinja::jinja::MapLoader>(templates);
  return pgjinja::Client(std::move(settings));
}

void show_waits(const pgjinja::Client& db) {
  const pgjinja::pg::Histogram waits = db.pool().statistics().waited;
  const double half = static_cast<double>(waits.quantile(0.5).count()) / 1e3;
  const double most = static_cast<double>(waits.quantile(0.99).count()) / 1e3;
  std::printf("\nOf %llu borrowers that waited: p50 %.0f µs, p99 %.0f µs, p99 / p50 %.2f\n",
              static_cast<unsigned long long>(waits.count()), half, most, most / half);
}

void borrow_alone(const pgjinja::EmbeddedServer& server, int repetitions) {
  Pool pool(server.settings());
  run_series("Borrowing and giving back", kBorrowings, repetitions,
             {{"acquire and release", [&] { borrow(pool, {}); }},
              {"with a label", [&] { borrow(pool, "shop/checkout/orders/insert"); }},
              {"the look at the socket", [&] { look(pool); }}});
}

/// All of them when there is no name.
std::vector<Statement> statements(std::string_view name) {
  std::vector<Statement> chosen;
  for (const Statement& each : {kRow, kFarRow, kPage}) {
    if (name.empty() || name == each.name) chosen.push_back(each);
  }
  if (chosen.empty()) throw std::invalid_argument("the statement is row, far or page");
  return chosen;
}

}  // namespace

int main(int argc, char** argv) {
  const int repetitions = argc > 1 ? std::atoi(argv[1]) : 40;
  const std::string only = argc > 2 ? argv[2] : "";
  const pgjinja::EmbeddedServer server;
  fill(pgjinja::Client({.connection = server.settings()}), 1);
  if (only.empty()) borrow_alone(server, repetitions);

  const ServerClock clock(server);
  const pgjinja::Client careful = client_of(server, SessionReset::Always);
  LibpqLine line(conninfo(server), kConnections);
  std::vector<std::unique_ptr<LibpqPeer>> peers;
  for (int i = 0; i < kConnections; ++i) {
    peers.push_back(std::make_unique<LibpqPeer>(conninfo(server)));
  }
  for (const Statement& statement : statements(only)) {
    const pgjinja::Client db = client_of(server, SessionReset::WhenChanged);
    const auto by_client = [&statement](const pgjinja::Client& client) {
      return [&statement, one = &client](std::int64_t key, int) { statement.by_client(*one, key); };
    };
    Workers own_peers(kConnections, [&](std::int64_t key, int thread) {
      statement.by_libpq(*peers[static_cast<std::size_t>(thread)], key);
    });
    Workers few(kConnections, by_client(db));
    Workers in_line(kThreads, [&](std::int64_t key, int) {
      LibpqPeer& peer = line.acquire();
      statement.by_libpq(peer, key);
      line.release(peer);
    });
    Workers many(kThreads, by_client(db));
    Workers careful_ones(kThreads, by_client(careful));
    run_series(statement.title + ", 8 connections", statement.calls, repetitions,
               {{"8 threads of libpq", [&] { own_peers.run(statement.calls); }},
                {"8 threads of a Client", [&] { few.run(statement.calls); }},
                {"64 of libpq in a line", [&] { in_line.run(statement.calls); }},
                {"64 threads of a Client", [&] { many.run(statement.calls); }},
                {"reset each time", [&] { careful_ones.run(statement.calls); }, true}},
               [&clock] { return clock.read(); });
    show_waits(db);
  }
}
