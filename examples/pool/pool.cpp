// A pool that stays up. docs/pool.md shows this program, and what it prints.

#include <pgjinja/pgjinja.hpp>

#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <string>

namespace {

using namespace std::chrono_literals;

const std::map<std::string, std::string> kTemplates = {
    {"answer", "SELECT 6 * 7"},
    {"who", "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()"},
    {"end_all",
     "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = "
     "current_database() AND pid <> pg_backend_pid()"}};

}  // namespace

int main() {
  const pgjinja::EmbeddedServer server;
  pgjinja::ClientSettings settings;
  settings.connection = server.settings();
  settings.connection.session = {{"application_name", "shop"}};
  settings.loader = std::make_shared<pgjinja::jinja::MapLoader>(kTemplates);
  settings.pool.max_size = 4;
  settings.pool.min_size = 2;
  settings.pool.label_sessions = true;
  settings.pool.hooks.on_event = [](const pgjinja::pg::PoolEvent& event) {
    if (event.kind == pgjinja::pg::PoolEvent::Kind::Leak) {
      std::printf("a leak: %s\n", event.label.c_str());
    }
  };
  const pgjinja::Client db(settings);
  db.pool().prewarm();
  std::printf("open before the first call: %zu\n", db.pool().statistics().idle);

  // Who calls is seen at the server, and in the pool's statistics.
  const pgjinja::Client checkout = db.with({.label = "checkout"});
  std::printf("the server sees: %s\n", checkout.query_one<std::string>("who").c_str());

  // Sessions that end while they are idle are replaced, and nobody sees it.
  settings.pool = {};
  pgjinja::Client(settings).execute("end_all");
  std::printf("the answer: %d\n", checkout.query_one<int>("answer"));

  // What one caller leaves in its session is not there for the next.
  db.run_script("SET statement_timeout = '1ms'");
  std::printf("and again: %d\n", checkout.query_one<int>("answer"));

  const pgjinja::pg::PoolStatistics statistics = db.pool().statistics();
  std::printf("checkout/answer: %llu times\n",
              static_cast<unsigned long long>(statistics.labels.at("checkout/answer").borrowed));

  // Before the program ends: what runs is finished, and nothing new begins.
  const bool all = db.pool().drain(std::chrono::steady_clock::now() + 5s);
  std::printf("drained: %s\n", all ? "yes" : "no");
  try {
    db.execute("answer");
  } catch (const pgjinja::Error& error) {
    std::printf("%s\n", error.what());
  }
}
