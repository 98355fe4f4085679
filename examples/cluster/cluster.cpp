// A primary and its replicas. docs/cluster.md shows this program, and what it prints.

#include <pgjinja/pgjinja.hpp>

#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <string>

namespace {

using namespace std::chrono_literals;

const std::map<std::string, std::string> kTemplates = {
    {"orders/insert", "INSERT INTO orders (item) VALUES ({{ item }})"},
    {"orders/count", "{#---\n@read_only\n---#}\nSELECT count(*)::text FROM orders"}};

}  // namespace

int main() {
  const pgjinja::EmbeddedServer server;
  pgjinja::ClientSettings settings;
  settings.connection = server.settings();
  // Two hosts, of which the second is away.
  settings.connection.keywords["host"] += ",/nowhere";
  settings.cluster.check_interval = 100ms;
  settings.loader = std::make_shared<pgjinja::jinja::MapLoader>(kTemplates);
  const pgjinja::Client db(settings);

  db.run_script("CREATE TABLE orders (id bigserial, item text)");  // at the primary
  db.execute("orders/insert", {{"item", "tea"}});
  // A replica may answer what is @read_only. There is none, so the primary does.
  std::printf("%s order\n", db.query_one<std::string>("orders/count").c_str());
  // What was written a moment ago is to be seen: the primary answers.
  const pgjinja::Client here = db.with({.role = pgjinja::pg::Role::Primary});
  std::printf("%s order\n", here.query_one<std::string>("orders/count").c_str());

  for (const pgjinja::pg::HostStatus& host : db.cluster().hosts()) {
    std::printf("%s, %llu times borrowed\n",
                std::string(pgjinja::pg::host_state_name(host.state)).c_str(),
                static_cast<unsigned long long>(host.pool.borrowed));
  }
}
