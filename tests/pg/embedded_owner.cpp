// Owns an embedded server until its stdin ends or it is killed: `embedded_owner CACHE`.

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/embedded_server.hpp>

#include <cstdio>

#include <fmt/format.h>

int main(int argc, char** argv) {
  try {
    pgjinja::EmbeddedServer::Options options;
    if (argc > 1) options.cache = argv[1];
    const pgjinja::EmbeddedServer server(options);
    const auto& timings = server.timings();
    fmt::print("{} {} {} {} {}\n", server.directory().string(), server.pid(), timings.from_cache,
               timings.initialise.count(), timings.start.count());
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    return 0;
  } catch (const pgjinja::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
