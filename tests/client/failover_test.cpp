// A Client while Patroni makes another server the primary: with all hosts named, behind HAProxy,
// and behind PgBouncer.

#include "pg/haproxy.hpp"
#include "pg/patroni.hpp"
#include "pg/pgbouncer.hpp"
#include "pg/server_fixture.hpp"

#include <pgjinja/client/client.hpp>
#include <pgjinja/jinja/loader.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using pg::PatroniCluster;
using std::chrono::milliseconds;

const std::string kWhere = "SELECT inet_server_port()";
const std::map<std::string, std::string> kTemplates = {
    {"write", "INSERT INTO written (id) VALUES ({{ id }})"},
    // Takes its time, so that some run whenever something happens, and not all are committing.
    {"write_slowly", "INSERT INTO written (id) SELECT {{ id }}::bigint FROM pg_sleep(0.005)"},
    {"where", kWhere},
    {"where_read", "{#---\n@read_only\n---#}\n" + kWhere}};

Client client_of(pg::Settings settings) {
  return Client({.connection = std::move(settings),
                 .pool = {.max_size = 4},
                 .loader = std::make_shared<jinja::MapLoader>(kTemplates)});
}

/// The port of the server that has answered; 0 when none has.
int port_of(const Client& db, const std::string& name) {
  try {
    return db.with({.deadline = Clock::now() + 5s}).query_one<int>(name);
  } catch (const Error&) {
    return 0;
  }
}

/// What a call said of its insertion.
enum class Fate : std::uint8_t { Acknowledged, Refused, InDoubt };

/// Threads that insert the numbers 1, 2, 3, … all the time, and remember what each came to.
class Writers {
 public:
  explicit Writers(const Client& db) : db_(db) {
    for (const char* name : {"write", "write", "write_slowly", "write_slowly"}) {
      threads_.emplace_back([this, name] { run(name); });
    }
  }
  Writers(const Writers&) = delete;
  Writers& operator=(const Writers&) = delete;
  ~Writers() { stop(); }

  void stop() {
    over_ = true;
    threads_.clear();
  }
  [[nodiscard]] std::size_t count(Fate fate) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(
        fates_.begin(), fates_.end(), [&](const auto& entry) { return entry.second == fate; }));
  }
  /// Of each number.
  [[nodiscard]] std::map<std::int64_t, Fate> fates() const {
    const std::lock_guard lock(mutex_);
    return fates_;
  }
  /// Errors by SQLSTATE, or by their kind.
  [[nodiscard]] std::map<std::string, std::uint64_t> errors() const {
    const std::lock_guard lock(mutex_);
    return errors_;
  }
  /// The longest time between two acknowledged insertions.
  [[nodiscard]] milliseconds outage() const {
    const std::lock_guard lock(mutex_);
    return std::chrono::duration_cast<milliseconds>(outage_);
  }

 private:
  void run(const std::string& name) {
    while (!over_) {
      const std::int64_t id = ++last_;
      try {
        db_.with({.deadline = Clock::now() + 5s}).execute(name, {{"id", id}});
        acknowledge(id);
        std::this_thread::sleep_for(1ms);
      } catch (const Error& error) {
        note(id, error);
        std::this_thread::sleep_for(20ms);
      }
    }
  }
  void acknowledge(std::int64_t id) {
    const std::lock_guard lock(mutex_);
    fates_[id] = Fate::Acknowledged;
    const auto now = Clock::now();
    if (last_acknowledged_) outage_ = std::max(outage_, now - *last_acknowledged_);
    last_acknowledged_ = now;
  }
  void note(std::int64_t id, const Error& error) {
    const std::lock_guard lock(mutex_);
    fates_[id] = error.in_doubt() ? Fate::InDoubt : Fate::Refused;
    ++errors_[error.sqlstate().empty() ? std::string(error_kind_name(error.kind()))
                                       : error.sqlstate()];
  }

  const Client& db_;
  std::atomic<bool> over_ = false;
  std::atomic<std::int64_t> last_ = 0;
  mutable std::mutex mutex_;
  std::map<std::int64_t, Fate> fates_;
  std::map<std::string, std::uint64_t> errors_;
  std::optional<Clock::time_point> last_acknowledged_;
  Clock::duration outage_{0};
  std::vector<std::jthread> threads_;
};

class FailoverTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string missing = PatroniCluster::missing(); !missing.empty()) {
      const std::string why = "not installed, and tools/install.sh test does that: " + missing;
      if (std::getenv("CI") != nullptr) FAIL() << why;
      GTEST_SKIP() << why;
    }
    if (!patroni_) patroni_ = std::make_unique<PatroniCluster>();
    patroni().await_health();
    leader = patroni().await_leader();
    replica = 1 - leader;
    at_the_leader("DROP TABLE IF EXISTS written; CREATE TABLE written (id bigint)");
  }
  static void TearDownTestSuite() { patroni_.reset(); }
  static PatroniCluster& patroni() { return *patroni_; }

  static void at_the_leader(const std::string& sql) {
    pg::Connection connection(patroni().settings(patroni().await_leader()));
    connection.run_script(sql);
  }
  static void await_answer(const Client& db, const std::string& name, std::size_t member) {
    patroni().await(fmt::format("{} is at {}", name, PatroniCluster::name(member)),
                    [&] { return port_of(db, name) == patroni().port(member); });
  }
  static void await_state(const Client& db, std::size_t member, pg::HostState state) {
    patroni().await(
        fmt::format("{} is {}", PatroniCluster::name(member), pg::host_state_name(state)), [&] {
          const pg::HostStatus host = db.cluster().hosts()[member];
          return host.state == state && host.primary == (state == pg::HostState::Primary);
        });
  }
  static void await_writes(const Writers& writers) {
    const std::size_t before = writers.count(Fate::Acknowledged);
    patroni().await("writes are acknowledged",
                    [&] { return writers.count(Fate::Acknowledged) >= before + 20; });
  }

  /// Holds what the writers were told against what the primary has now.
  static void audit(const Writers& writers) {
    std::map<std::int64_t, int> found = written();
    for (const auto& [id, fate] : writers.fates()) {
      const int least = fate == Fate::Acknowledged ? 1 : 0;
      const int most = fate == Fate::Refused ? 0 : 1;
      EXPECT_GE(found[id], least) << id << " was acknowledged, and is lost";
      EXPECT_LE(found[id], most) << id << (most == 0 ? " was refused" : " is there twice");
    }
    EXPECT_EQ(found.size(), writers.fates().size()) << "there are some that nobody has written";
  }
  static void report(const char* how, const Writers& writers) {
    std::string errors;
    for (const auto& [name, count] : writers.errors()) errors += fmt::format(" {}x{}", count, name);
    fmt::print("[ outage   ] {}: no write for {} ms; {} acknowledged, {} refused, {} in doubt:{}\n",
               how, writers.outage().count(), writers.count(Fate::Acknowledged),
               writers.count(Fate::Refused), writers.count(Fate::InDoubt), errors);
  }

  /// A switchover while there are writes, for clients of any kind.
  void follow_switchover(const char* how, const Client& db) {
    await_answer(db, "where", leader);
    Writers writers(db);
    await_writes(writers);
    patroni().switchover();
    std::swap(leader, replica);
    EXPECT_EQ(patroni().await_leader(), leader);
    await_writes(writers);
    await_answer(db, "where", leader);
    writers.stop();
    audit(writers);
    report(how, writers);
    refused_as_read_only = writers.errors()["25006"];
  }

  std::size_t leader = 0;
  std::size_t replica = 1;
  std::uint64_t refused_as_read_only = 0;

 private:
  static std::map<std::int64_t, int> written() {
    pg::Connection connection(patroni().settings(patroni().await_leader()));
    EXPECT_EQ(pg::first_text(connection, "SELECT pg_is_in_recovery()::text"), "false");
    pg::CollectingSink sink;
    connection.execute("SELECT id::text FROM written", {}, sink);
    std::map<std::int64_t, int> found;
    for (const auto& row : sink.rows) ++found[std::stoll(row[0])];
    return found;
  }

  static inline std::unique_ptr<PatroniCluster> patroni_;
};

TEST_F(FailoverTest, ASwitchoverIsFollowedByThoseWhoNameAllHosts) {
  const Client db = client_of(patroni().settings());
  await_answer(db, "where_read", replica);
  await_state(db, replica, pg::HostState::Replica);
  follow_switchover("all hosts, switchover", db);
  await_state(db, leader, pg::HostState::Primary);
  await_state(db, replica, pg::HostState::Replica);
  await_answer(db, "where_read", replica);
}

TEST_F(FailoverTest, ASwitchoverIsFollowedThroughHaProxy) {
  const pg::HaProxy proxy(patroni());
  const Client db = client_of(proxy.settings());
  const Client reads = client_of(proxy.replica_settings());
  await_answer(reads, "where", replica);
  follow_switchover("HAProxy, switchover", db);
  EXPECT_LE(refused_as_read_only, db.pool().statistics().opened) << "a connection shows it once";
  await_answer(reads, "where", replica);
}

TEST_F(FailoverTest, ASwitchoverIsFollowedThroughPgBouncerAndHaProxy) {
  const pg::HaProxy proxy(patroni());
  const pg::PgBouncer bouncer(proxy.settings());
  pg::Settings settings = bouncer.settings();
  settings.statement_cache = 0;  // it may give each statement to another session
  const Client db = client_of(settings);
  // Which server refuses a write as read-only is PgBouncer's choice, for each statement anew.
  follow_switchover("PgBouncer and HAProxy, switchover", db);
}

TEST_F(FailoverTest, AKilledPrimaryIsLeftForTheNextOne) {
  const Client db = client_of(patroni().settings());
  await_answer(db, "where", leader);
  await_state(db, replica, pg::HostState::Replica);
  Writers writers(db);
  await_writes(writers);
  patroni().kill_leader();
  std::swap(leader, replica);
  await_answer(db, "where_read", leader);  // which is a replica as yet
  patroni().await("the other one is promoted", [&] { return patroni().leader() == leader; });
  await_writes(writers);
  await_answer(db, "where", leader);
  writers.stop();
  audit(writers);
  report("all hosts, kill -9", writers);
  await_state(db, leader, pg::HostState::Primary);
  await_state(db, replica, pg::HostState::Unreachable);
  await_answer(db, "where_read", leader);
  patroni().revive();
  await_state(db, replica, pg::HostState::Replica);
  await_answer(db, "where_read", replica);
}

}  // namespace
}  // namespace pgjinja
