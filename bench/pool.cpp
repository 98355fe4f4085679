// What the pool costs: bench_pool [REPETITIONS]. Borrowing and giving back alone, what is looked at
// meanwhile, and threads that share few connections beside as many threads of libpq as there are
// connections. How long those wait who wait is printed apart: p99 / p50 of a fair line is near 1.

#include "keys.hpp"
#include "libpq_peer.hpp"
#include "series.hpp"
#include "testbed.hpp"

#include <pgjinja/pg/pool.hpp>
#include <pgjinja/pgjinja.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using pgjinja::pg::Lease;
using pgjinja::pg::Pool;
using pgjinja::pg::SessionReset;

constexpr int kBorrowings = 200'000;
constexpr int kThreads = 64;
constexpr int kConnections = 8;
constexpr int kCalls = 32'000;

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

/// `calls` in all, from so many threads.
void from_threads(int threads, const std::function<void(int thread, int calls)>& body) {
  std::vector<std::jthread> running;
  for (int t = 0; t < threads; ++t) running.emplace_back([&, t] { body(t, kCalls / threads); });
}

void by_client(const pgjinja::Client& db) {
  from_threads(kThreads, [&](int thread, int calls) {
    for (int i = 0; i < calls; ++i) {
      const std::int64_t id = caller_key(thread, i);
      demand(db.query_one<City>("city", {{"id", id}}).id == id, "the city");
    }
  });
}

void by_libpq(std::vector<std::unique_ptr<LibpqPeer>>& peers) {
  from_threads(kConnections, [&](int thread, int calls) {
    LibpqPeer& peer = *peers[static_cast<std::size_t>(thread)];
    for (int i = 0; i < calls; ++i) {
      const std::int64_t id = caller_key(thread, i);
      demand(peer.city(id).id == id, "the city");
    }
  });
}

pgjinja::Client client_of(const pgjinja::EmbeddedServer& server, SessionReset reset) {
  const std::map<std::string, std::string> templates = {
      {"city", "SELECT id, name, country, population FROM city WHERE id = {{ id }}"}};
  pgjinja::ClientSettings settings;
  settings.connection = server.settings();
  settings.pool.max_size = kConnections;
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

}  // namespace

int main(int argc, char** argv) {
  const int repetitions = argc > 1 ? std::atoi(argv[1]) : 15;
  const pgjinja::EmbeddedServer server;
  fill(pgjinja::Client({.connection = server.settings()}), 1);

  Pool pool(server.settings());
  run_series("Borrowing and giving back", kBorrowings, repetitions,
             {{"acquire and release", [&] { borrow(pool, {}); }},
              {"with a label", [&] { borrow(pool, "shop/checkout/orders/insert"); }},
              {"the look at the socket", [&] { look(pool); }}});

  const pgjinja::Client db = client_of(server, SessionReset::WhenChanged);
  const pgjinja::Client careful = client_of(server, SessionReset::Always);
  std::vector<std::unique_ptr<LibpqPeer>> peers;
  for (int i = 0; i < kConnections; ++i) {
    peers.push_back(std::make_unique<LibpqPeer>(conninfo(server)));
  }
  run_series("A row by its key, 8 connections", kCalls, repetitions,
             {{"8 threads of libpq", [&] { by_libpq(peers); }},
              {"64 threads of a Client", [&] { by_client(db); }},
              {"reset each time", [&] { by_client(careful); }}});
  show_waits(db);
}
