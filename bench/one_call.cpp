// Calls of one kind, for a tool that counts what they run: bench_one_call client | libpq CALLS.
// bench/hot_code.py looks at measured_calls() only.

#include "keys.hpp"
#include "libpq_peer.hpp"
#include "testbed.hpp"

#include <pgjinja/pgjinja.hpp>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

/// Until the server has its plan, and the first answers have been read as text.
constexpr int kFirstCalls = 50;

pgjinja::Client client_of(const pgjinja::EmbeddedServer& server) {
  const std::map<std::string, std::string> templates = {
      {"city", "SELECT id, name, country, population FROM city WHERE id = {{ id }}"}};
  pgjinja::ClientSettings settings;
  settings.connection = server.settings();
  settings.loader = std::make_shared<pgjinja::jinja::MapLoader>(templates);
  return pgjinja::Client(std::move(settings));
}

void calls(const std::function<City(std::int64_t)>& call, int number) {
  for (int i = 0; i < number; ++i) demand(call(row_key(i)).id == row_key(i), "the city");
}

}  // namespace

/// Found by its name.
extern "C" [[gnu::noinline]] void measured_calls(const std::function<City(std::int64_t)>& call,
                                                 int number) {
  calls(call, number);
}

int main(int argc, char** argv) {
  const std::string who = argc > 1 ? argv[1] : "client";
  const int number = argc > 2 ? std::atoi(argv[2]) : 500;
  if (who != "client" && who != "libpq") throw std::invalid_argument("client or libpq");
  const pgjinja::EmbeddedServer server;
  fill(pgjinja::Client({.connection = server.settings()}), 1);

  const pgjinja::Client db = client_of(server);
  LibpqPeer peer(conninfo(server));
  const std::function<City(std::int64_t)> by_client = [&db](std::int64_t key) {
    return db.query_one<City>("city", {{"id", key}});
  };
  const std::function<City(std::int64_t)> by_libpq = [&peer](std::int64_t key) {
    return peer.city(key);
  };
  const auto& call = who == "client" ? by_client : by_libpq;
  calls(call, kFirstCalls);
  measured_calls(call, number);
}
