// libpq by hand, blocking: bench_peer_libpq CONNINFO

#include "../libpq_peer.hpp"
#include "../testbed.hpp"
#include "client_works.hpp"

#include <array>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

namespace {

constexpr int kThreads = 16;
constexpr int kCallersOfOne = kCallers / kThreads;

using Peers = std::vector<std::unique_ptr<LibpqPeer>>;

/// What the callers ask for, asked for by threads with a connection each.
CitySums run_threads(const Peers& peers, int calls) {
  std::array<CitySums, kThreads> sums;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&peer = *peers[t], &own = sums[t], t, calls] {
        for (int i = 0; i < kCallersOfOne * calls; ++i) {
          own.add(peer.city(caller_key(t * kCallersOfOne + i / calls, i % calls)));
        }
      });
    }
  }
  CitySums all;
  for (const CitySums& one : sums) all.add(one);
  return all;
}

Works make_works(LibpqPeer& peer, const Peers& peers) {
  return {{"row", one_by_one([&](std::int64_t id) { return peer.city(id); })},
          {"batch", in_batches([&](auto ids) { return peer.cities(ids); })},
          {"events", all_events([&] { return peer.events(); })},
          {"in",
           rows_in(make_events(kRowsIn), [&](const auto& events) { return peer.copy_in(events); })},
          {"threads", [&](int calls) { return known(run_threads(peers, calls).text()); }}};
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::string conninfo = argc > 1 ? argv[1] : "";
    LibpqPeer peer(conninfo);
    Peers peers;
    for (int i = 0; i < kThreads; ++i) peers.push_back(std::make_unique<LibpqPeer>(conninfo));
    serve(make_works(peer, peers));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bench_peer_libpq: " << error.what() << "\n";
    return 1;
  }
}
