#include "server_clock.hpp"

#include <cstdint>
#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace {

pgjinja::Client client_of(const pgjinja::EmbeddedServer& server) {
  const std::map<std::string, std::string> templates = {
      {"sessions", "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"}};
  pgjinja::ClientSettings settings;
  settings.connection = server.settings();
  settings.loader = std::make_shared<pgjinja::jinja::MapLoader>(templates);
  return pgjinja::Client(std::move(settings));
}

/// 0 of a process that has ended meanwhile.
double seconds_of(pid_t process) {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

ServerClock::ServerClock(const pgjinja::EmbeddedServer& server) : db_(client_of(server)) {}

double ServerClock::read() const {
  double sum = 0;
  for (const std::int32_t process : db_.query<std::int32_t>("sessions")) sum += seconds_of(process);
  return sum;
}
