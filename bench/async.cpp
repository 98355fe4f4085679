// Many callers at once beside raw libpq, on one embedded server: bench_async [REPETITIONS]
// bench/run.sh pins it, and with it the server that it starts, to one core.

#include "callers.hpp"
#include "keys.hpp"
#include "libpq_asio_peer.hpp"
#include "libpq_peer.hpp"
#include "series.hpp"
#include "testbed.hpp"

#include <pgjinja/async/client.hpp>
#include <pgjinja/pgjinja.hpp>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>

namespace {

namespace asio = boost::asio;
using pgjinja::args;
using pgjinja::AsyncClient;
using pgjinja::EmbeddedServer;

constexpr int kCalls = 300;  // of each caller
constexpr int kThreads = 16;

void run_threads(std::vector<std::unique_ptr<LibpqPeer>>& peers) {
  constexpr int kEach = kCallers * kCalls / kThreads;
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&peer = *peers[static_cast<std::size_t>(t)], t] {
      for (int i = 0; i < kEach; ++i)
        demand(peer.city(caller_key(t, i)).id == caller_key(t, i), "thread");
    });
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int repetitions = argc > 1 ? std::atoi(argv[1]) : 9;
    const EmbeddedServer server;
    asio::io_context io(1);
    const auto loader =
        std::make_shared<pgjinja::jinja::MapLoader>(std::map<std::string, std::string>{
            {"city", "SELECT id, name, country, population FROM city WHERE id = {{ id }}"}});
    const pgjinja::Client admin({.connection = server.settings()});
    fill(admin, 0);
    const AsyncClient eight(
        io, {.connection = server.settings(), .pool = {.max_size = 8}, .loader = loader});
    const AsyncClient two(
        io, {.connection = server.settings(), .pool = {.max_size = 2}, .loader = loader});
    const AsyncClient shared = two.with({.shared = true});
    LibpqAsioPeer asio_peer(io, conninfo(server), 8);
    std::vector<std::unique_ptr<LibpqPeer>> peers;
    for (int i = 0; i < kThreads; ++i) {
      peers.push_back(std::make_unique<LibpqPeer>(conninfo(server)));
    }
    run_series(
        "64 callers over 8 connections, one row each time", kCallers * kCalls, repetitions,
        {{"libpq and Asio by hand",
          [&] { run_callers(io, kCalls, [&](std::int64_t id) { return asio_peer.city(id); }); }},
         {"AsyncClient", [&] {
            run_callers(io, kCalls, [&](std::int64_t id) {
              return eight.query_one<City>("city", args("id", id));
            });
          }}});
    run_series("The same, by shared pipelines over 2 connections", kCallers * kCalls, repetitions,
               {{"16 threads with a libpq connection each", [&] { run_threads(peers); }},
                {"AsyncClient, shared", [&] {
                   run_callers(io, kCalls, [&](std::int64_t id) {
                     return shared.query_one<City>("city", args("id", id));
                   });
                 }}});
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
