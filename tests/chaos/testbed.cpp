#include "chaos/testbed.hpp"

#include "chaos/admin_session.hpp"
#include "pg/cluster_helpers.hpp"

#include <algorithm>
#include <csignal>
#include <functional>
#include <stdexcept>
#include <thread>
#include <utility>

#include <sys/wait.h>

namespace pgjinja::chaos {

namespace {

constexpr const char* kSetUp = R"(
CREATE ROLE chaos_worker LOGIN;
CREATE ROLE chaos_other;
GRANT chaos_other TO chaos_worker;
GRANT CREATE, TEMPORARY ON DATABASE app TO chaos_worker;
CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL) WITH (fillfactor = 10);
INSERT INTO account SELECT n, 1000 FROM generate_series(1, 16) AS n;
CREATE TABLE known (id int PRIMARY KEY, square bigint NOT NULL);
INSERT INTO known SELECT n, n * n FROM generate_series(1, 1000) AS n;
)";

/// No unique key: what was written twice is to be seen.
constexpr const char* kLog =
    "CREATE TABLE log (id bigint NOT NULL, source int, target int, amount bigint, filling text)";

constexpr const char* kRights =
    "GRANT SELECT, INSERT, UPDATE ON account, known, log TO chaos_worker";

bool await(milliseconds patience, const std::function<bool()>& condition) {
  const auto end = Clock::now() + patience;
  while (!condition()) {
    if (Clock::now() > end) return false;
    std::this_thread::sleep_for(milliseconds(2));
  }
  return true;
}

}  // namespace

Testbed::Testbed(const std::vector<std::string>& configuration) : configuration_(configuration) {
  servers_.push_back(std::make_unique<pg::RestartableServer>(configuration_));
  postmasters_[0] = servers_[0]->pid();
  sql(kSetUp);
}

void Testbed::add_replica() {
  servers_.push_back(std::make_unique<pg::RestartableServer>(pg::RestartableServer::Of{primary()},
                                                             configuration_));
  postmasters_[servers_.size() - 1] = servers_.back()->pid();
  await_replicas();
}

void Testbed::fail_over(int signal) {
  orphans_ = processes();
  stop(signal);
  promote_next();
}

void Testbed::leave_primary_behind() {
  sql("ALTER SYSTEM SET default_transaction_read_only = on");
  sql("SELECT pg_reload_conf()");
  promote_next();
}

void Testbed::promote_next() {
  servers_[next()]->promote();
  primary_ = next();
}

void Testbed::rejoin() {
  const std::size_t old = next();
  if (postmasters_[old] > 0) {
    orphans_ = children_of(postmasters_[old]);
    postmasters_[old] = -1;
    servers_[old]->stop(SIGQUIT);
  }
  // Sessions outlive a postmaster that was killed.
  for (const Process& orphan : orphans_) ::kill(orphan.pid, SIGKILL);
  for (const Process& orphan : orphans_) {
    await(milliseconds(10'000), [&orphan] { return ::kill(orphan.pid, 0) != 0; });
  }
  servers_[old]->follow(primary(), configuration_);
  postmasters_[old] = servers_[old]->pid();
  await_replicas();
}

/// From now on nothing is acknowledged that they do not have.
void Testbed::await_replicas() const {
  sql("ALTER SYSTEM SET synchronous_standby_names = '*'");
  sql("SELECT pg_reload_conf()");
  const char* const synchronous =
      "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
  if (!await(milliseconds(60'000), [&] { return sql(synchronous) == "1"; })) {
    throw std::runtime_error("the replica does not follow");
  }
}

void Testbed::make_tables(const std::string& tablespace) {
  sql(kLog + (tablespace.empty() ? "" : " TABLESPACE " + tablespace));
  sql(kRights);
}

pg::Settings Testbed::settings() const {
  std::vector<const pg::RestartableServer*> all;
  for (const auto& server : servers_) all.push_back(server.get());
  pg::Settings settings = pg::settings_of(all);
  settings.keywords["user"] = kRole;
  return settings;
}

std::string Testbed::sql(const std::string& text) const {
  return AdminSession(admin_settings()).sql(text);
}

void Testbed::stop(int signal) {
  postmasters_[primary_] = -1;
  primary().stop(signal);
}

void Testbed::start() {
  launch();
  await_answer();
}

void Testbed::launch() {
  primary().launch();
  postmasters_[primary_] = primary().pid();
}

void Testbed::await_answer() {
  const auto end = Clock::now() + std::chrono::seconds(60);
  while (!answers()) {
    if (Clock::now() > end) throw std::runtime_error("the server does not come back");
    // The children of one that was killed may still be there, and it refuses to start.
    if (::waitpid(postmaster(), nullptr, WNOHANG) == postmaster()) launch();
    std::this_thread::sleep_for(milliseconds(1));
  }
}

bool Testbed::answers() const { return AdminSession(admin_settings()).connected(); }

std::vector<Process> Testbed::sessions() const {
  std::vector<Process> found;
  for (const std::atomic<pid_t>& postmaster : postmasters_) {
    for (Process& process : children_of(postmaster)) {
      if (process.title.find(std::string(" ") + kRole + " ") != std::string::npos) {
        found.push_back(std::move(process));
      }
    }
  }
  return found;
}

bool Testbed::await_no_sessions(milliseconds patience) const {
  return await(patience, [this] { return sessions().empty(); });
}

bool Testbed::await_idle_sessions(milliseconds patience) const {
  return await(patience, [this] {
    const auto all = sessions();
    return std::all_of(all.begin(), all.end(),
                       [](const Process& process) { return process.title.ends_with(" idle"); });
  });
}

}  // namespace pgjinja::chaos
