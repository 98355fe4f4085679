// libpqxx: bench_peer_libpqxx CONNINFO

#include "client_works.hpp"
#include "libpqxx_peer.hpp"

#include <iostream>

namespace {

Works make_works(LibpqxxPeer& peer) {
  return {{"row", one_by_one([&](std::int64_t id) { return peer.city(id); })},
          {"batch", in_batches([&](auto ids) { return peer.cities(ids); })},
          {"events", all_events([&] { return peer.events(); })},
          {"in", rows_in(make_events(kRowsIn),
                         [&](const auto& events) { return peer.copy_in(events); })}};
}

}  // namespace

int main(int argc, char** argv) {
  try {
    LibpqxxPeer peer(argc > 1 ? argv[1] : "");
    serve(make_works(peer));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bench_peer_libpqxx: " << error.what() << "\n";
    return 1;
  }
}
