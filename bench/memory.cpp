// What streaming a million rows takes of memory, beside a program that does nothing: bench_memory
// Each is a process of its own; the peak of its resident memory is what the kernel says at its end.

#include "testbed.hpp"

#include <pgjinja/pgjinja.hpp>

#include <cstdint>
#include <cstdio>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using pgjinja::Client;

constexpr int kEvents = 1'000'000;

struct Event {
  std::int64_t id;
  std::string label;
  double value;
  pgjinja::TimestampTz at;
  bool done;
};

Client make_client(const pgjinja::EmbeddedServer& server) {
  const auto loader =
      std::make_shared<pgjinja::jinja::MapLoader>(std::map<std::string, std::string>{
          {"events", "SELECT id, label, value, at, done FROM event"}});
  return Client{{.connection = server.settings(), .pool = {.max_size = 1}, .loader = loader}};
}

/// The peak of a child that does this, in MiB.
double peak_of(const std::function<void()>& work) {
  std::cout.flush();
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  demand(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a child failed");
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void stream(const pgjinja::EmbeddedServer& server, std::uint32_t fetch_size) {
  std::int64_t rows = 0;
  for ([[maybe_unused]] const Event& event :
       make_client(server).stream<Event>("events", {}, {.fetch_size = fetch_size})) {
    ++rows;
  }
  demand(rows == kEvents, "all rows");
}

}  // namespace

int main() {
  const pgjinja::EmbeddedServer server;
  fill(make_client(server), kEvents);
  const double nothing = peak_of([] {});
  std::printf("\nPeak of resident memory, a million rows of five columns\n\n");
  const auto print = [&](const char* what, double peak) {
    std::printf("  %-34s %6.1f MiB, %+6.1f\n", what, peak, peak - nothing);
  };
  print("nothing", nothing);
  print("Client::stream<T>, 1000 at a time", peak_of([&] { stream(server, 1000); }));
  print("Client::stream<T>, all at once", peak_of([&] { stream(server, 0); }));
  print("Client::query<T>", peak_of([&] {
          demand(make_client(server).query<Event>("events").size() == kEvents, "all rows");
        }));
}
