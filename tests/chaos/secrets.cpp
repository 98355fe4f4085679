// A password, looked for wherever text comes out.

#include "chaos/admin_session.hpp"
#include "chaos/reader.hpp"
#include "chaos/scenario.hpp"
#include "chaos/testbed.hpp"
#include "chaos/workload.hpp"
#include "pg/fault_proxy.hpp"

#include <atomic>
#include <csignal>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>
#include <thread>

#include <fmt/format.h>

namespace pgjinja::chaos {

using namespace std::chrono_literals;
using Mode = pg::FaultProxy::Mode;

namespace {

constexpr const char* kSecret = "Tr0ub4dor-and-3";

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Has the workload's role prove its password from now on.
void ask_for_password(const Testbed& testbed) {
  testbed.sql(fmt::format("ALTER ROLE {} PASSWORD '{}'", Testbed::kRole, kSecret));
  const std::string file = testbed.sql("SELECT current_setting('hba_file')");
  testbed.sql(
      fmt::format("COPY (VALUES ('local all {} scram-sha-256'), ('local all all trust')) TO '{}';"
                  "SELECT pg_reload_conf()",
                  Testbed::kRole, file));
  std::this_thread::sleep_for(200ms);  // the server reads it when it gets to that
}

/// Listens to what a pool tells.
class Eavesdropper {
 public:
  pg::PoolHooks hooks() {
    pg::PoolHooks hooks;
    hooks.on_event = [this](const pg::PoolEvent& event) {
      ++heard_;
      if ((event.text + event.label).find(kSecret) != std::string::npos) ++told_;
    };
    return hooks;
  }
  [[nodiscard]] int heard() const noexcept { return heard_; }
  [[nodiscard]] int told() const noexcept { return told_; }

 private:
  std::atomic<int> heard_ = 0;
  std::atomic<int> told_ = 0;
};

/// What a client says that cannot open a session with it.
std::string report_of(pg::Settings settings) {
  settings.connect_timeout = 300ms;
  try {
    Client(reader_settings(settings, 1))
        .with({.deadline = Clock::now() + 500ms})
        .execute("square", {{"id", 1}});
    return "none";
  } catch (const Error& error) {
    return error.what();
  }
}

/// Wrong users, wrong databases, wrong passwords, mistakes in the text that says all of it.
std::string wrong_ways(const pg::Settings& right) {
  std::string reports;
  for (const auto& [keyword, value] :
       std::map<std::string, std::string>{{"user", "nobody"},
                                          {"dbname", "nowhere"},
                                          {"password", std::string("not ") + kSecret},
                                          {"port", "1"},
                                          {"host", "nowhere.invalid"},
                                          {"sslmode", "verify-full"}}) {
    pg::Settings wrong = right;
    wrong.keywords[keyword] = value;
    reports += report_of(wrong) + "\n";
  }
  for (const char* format :
       {"postgresql://chaos_worker:{}@127.0.0.1:1/app", "postgresql://chaos_worker:{}@[::1/app",
        "host=127.0.0.1 port=1 user=chaos_worker password={}", "host=127.0.0.1 pasword={}",
        "password='{}"}) {
    pg::Settings wrong;
    wrong.conninfo = fmt::format(fmt::runtime(format), kSecret);
    reports += report_of(wrong) + "\n";
  }
  return reports;
}

}  // namespace

void secrets(const Plan& plan, Row& row) {
  Testbed testbed;
  testbed.make_tables();
  ask_for_password(testbed);
  pg::FaultProxy proxy(testbed.socket());
  pg::Settings connection = proxy.settings(testbed.settings());
  row.complain_unless(report_of(connection).find("password") != std::string::npos,
                      "the server asks for no password");
  connection.keywords["password"] = kSecret;
  Eavesdropper eavesdropper;
  WorkloadSettings settings{.connection = connection, .secret = kSecret};
  settings.pool.hooks = eavesdropper.hooks();
  settings.pool.label_sessions = true;
  Workload workload(testbed, settings);
  const int rounds = plan.pick(1, 10);
  std::string texts;
  for (int round = 0; round < rounds; ++round) {
    proxy.set(Mode::Refuse);
    std::this_thread::sleep_for(100ms);
    proxy.set(Mode::Forward);
    testbed.stop(SIGQUIT);
    testbed.start();
    workload.await_recovery(Clock::now(), row);
    texts += wrong_ways(connection);
  }
  row.faults = fmt::format("{} times refused, restarted, and 11 wrong ways to connect", rounds);
  workload.finish(row, plan);
  row.max_sessions = 0;  // the wrong ways have sessions of their own
  texts += contents("/proc/self/cmdline") + contents(testbed.directory() + "/log");
  if (texts.find(kSecret) != std::string::npos) {
    ++row.wrong;
    row.evidence.push_back(
        texts.substr(texts.find(kSecret) - std::min<std::size_t>(200, texts.find(kSecret)), 400));
  }
  row.wrong += static_cast<std::uint64_t>(eavesdropper.told());
  row.complain_unless(eavesdropper.heard() > 0, "the pool told nothing");
}

}  // namespace pgjinja::chaos
