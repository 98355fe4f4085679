// Many callers at once, by coroutines on one thread: bench_peer_async CONNINFO
// `asio` is libpq and Asio by hand, the others pgjinja's AsyncClient.

#include "../callers.hpp"
#include "../libpq_asio_peer.hpp"
#include "works.hpp"

#include <pgjinja/async/client.hpp>
#include <pgjinja/pgjinja.hpp>

#include <iostream>
#include <map>
#include <memory>
#include <string>

namespace {

namespace asio = boost::asio;
using pgjinja::AsyncClient;

constexpr int kConnections = 8;

AsyncClient make_client(asio::io_context& io, const std::string& conninfo,
                        std::size_t connections) {
  const auto loader =
      std::make_shared<pgjinja::jinja::MapLoader>(std::map<std::string, std::string>{
          {"city", "SELECT id, name, country, population FROM city WHERE id = {{ id }}"}});
  return {
      io,
      {.connection = {.conninfo = conninfo}, .pool = {.max_size = connections}, .loader = loader}};
}

Work callers(asio::io_context& io, Call call) {
  return [&io, call = std::move(call)](int calls) {
    return known(run_callers(io, calls, call).text());
  };
}

Call call_of(const AsyncClient& db) {
  return [&db](std::int64_t id) { return db.query_one<City>("city", pgjinja::args("id", id)); };
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::string conninfo = argc > 1 ? argv[1] : "";
    asio::io_context io(1);
    const AsyncClient lent = make_client(io, conninfo, kConnections);
    const AsyncClient shared = make_client(io, conninfo, 1).with({.shared = true});
    LibpqAsioPeer by_hand(io, conninfo, kConnections);
    serve({{"asio", callers(io, [&](std::int64_t id) { return by_hand.city(id); })},
           {"lent", callers(io, call_of(lent))},
           {"shared", callers(io, call_of(shared))}});
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bench_peer_async: " << error.what() << "\n";
    return 1;
  }
}
