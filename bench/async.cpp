// Many callers at once beside raw libpq, on one embedded server: bench_async [REPETITIONS]
// bench/run.sh pins it, and with it the server that it starts, to one core.

#include "libpq_asio_peer.hpp"
#include "libpq_peer.hpp"
#include "series.hpp"

#include <pgjinja/async/client.hpp>
#include <pgjinja/pgjinja.hpp>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace {

namespace asio = boost::asio;
using asio::awaitable;
using pgjinja::args;
using pgjinja::AsyncClient;
using pgjinja::EmbeddedServer;

constexpr int kCities = 10'000;
constexpr int kCallers = 64;
constexpr int kCalls = 300;  // of each caller
constexpr int kThreads = 16;

std::string conninfo(const EmbeddedServer& server) {
  std::string text;
  for (const auto& [key, value] : server.settings().keywords) text += key + "='" + value + "' ";
  return text;
}

std::int64_t key(int caller, int i) { return (caller * 7919LL + i * 104'729LL) % kCities + 1; }

void demand(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(std::string("wrong answer: ") + what);
}

using Call = std::function<awaitable<City>(std::int64_t)>;

/// Every caller asks for one row after the other.
void run_callers(asio::io_context& io, const Call& call) {
  for (int caller = 0; caller < kCallers; ++caller) {
    asio::co_spawn(
        io,
        [&call, caller]() -> awaitable<void> {
          for (int i = 0; i < kCalls; ++i) {
            const std::int64_t id = key(caller, i);
            demand((co_await call(id)).id == id, "async");
          }
        },
        [](const std::exception_ptr& failure) {
          if (failure != nullptr) std::rethrow_exception(failure);
        });
  }
  io.restart();
  io.run();
}

void run_threads(std::vector<std::unique_ptr<LibpqPeer>>& peers) {
  constexpr int kEach = kCallers * kCalls / kThreads;
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&peer = *peers[static_cast<std::size_t>(t)], t] {
      for (int i = 0; i < kEach; ++i) demand(peer.city(key(t, i)).id == key(t, i), "thread");
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
    admin.run_script(
        "CREATE TABLE city (id bigint PRIMARY KEY, name text NOT NULL, country text NOT NULL,"
        " population bigint NOT NULL);"
        "CREATE TABLE event (id bigint, label text, value float8, at timestamptz, done bool);"
        "INSERT INTO city SELECT i, 'city ' || i, 'FR', i * 7 FROM generate_series(1, " +
        std::to_string(kCities) + ") i");
    admin.run_script("VACUUM ANALYZE");
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
    run_series("64 callers over 8 connections, one row each time", kCallers * kCalls, repetitions,
               {{"libpq and Asio by hand",
                 [&] { run_callers(io, [&](std::int64_t id) { return asio_peer.city(id); }); }},
                {"AsyncClient", [&] {
                   run_callers(io, [&](std::int64_t id) {
                     return eight.query_one<City>("city", args("id", id));
                   });
                 }}});
    run_series("The same, by shared pipelines over 2 connections", kCallers * kCalls, repetitions,
               {{"16 threads with a libpq connection each", [&] { run_threads(peers); }},
                {"AsyncClient, shared", [&] {
                   run_callers(io, [&](std::int64_t id) {
                     return shared.query_one<City>("city", args("id", id));
                   });
                 }}});
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
