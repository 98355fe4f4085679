#include "chaos/testbed.hpp"

#include "chaos/admin_session.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <thread>

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

Testbed::Testbed(const std::vector<std::string>& configuration)
    : server_(configuration), postmaster_(server_.pid()) {
  sql(kSetUp);
}

void Testbed::make_tables(const std::string& tablespace) {
  sql(kLog + (tablespace.empty() ? "" : " TABLESPACE " + tablespace));
  sql(kRights);
}

pg::Settings Testbed::settings() const {
  pg::Settings settings = server_.settings();
  settings.keywords["user"] = kRole;
  return settings;
}

std::string Testbed::sql(const std::string& text) const {
  return AdminSession(admin_settings()).sql(text);
}

void Testbed::stop(int signal) {
  postmaster_ = -1;
  server_.stop(signal);
}

void Testbed::start() {
  launch();
  await_answer();
}

void Testbed::launch() {
  server_.launch();
  postmaster_ = server_.pid();
}

void Testbed::await_answer() {
  const auto end = Clock::now() + std::chrono::seconds(60);
  while (!answers()) {
    if (Clock::now() > end) throw std::runtime_error("the server does not come back");
    // The children of one that was killed may still be there, and it refuses to start.
    if (::waitpid(postmaster_, nullptr, WNOHANG) == postmaster_) launch();
    std::this_thread::sleep_for(milliseconds(1));
  }
}

bool Testbed::answers() const { return AdminSession(admin_settings()).connected(); }

std::vector<Process> Testbed::sessions() const {
  std::vector<Process> found = children_of(postmaster_);
  std::erase_if(found, [](const Process& process) {
    return process.title.find(std::string(" ") + kRole + " ") == std::string::npos;
  });
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
