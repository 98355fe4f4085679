#include "pg/embedded/process.hpp"
#include "pg/raw_session.hpp"
#include "pg/scratch.hpp"
#include "pg/variable.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/embedded_server.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pgjinja {
namespace {

namespace fs = std::filesystem;
using pg::RawSession;
using pg::Scratch;
using pg::Variable;
using pg::embedded::Command;
using pg::embedded::make_socket_pair;
using pg::embedded::SocketPair;
using pg::embedded::spawn;
using pg::embedded::wait_for;

/// A process of its own that owns a server.
class Owner {
 public:
  explicit Owner(const fs::path& cache) {
    SocketPair input = make_socket_pair();
    SocketPair output = make_socket_pair();
    Command command;
    command.arguments = {PGJINJA_EMBEDDED_OWNER, cache};
    command.input = input.theirs.get();
    command.output = output.theirs.get();
    process_ = spawn(command);
    input_ = std::move(input.ours);
    output_ = std::move(output.ours);
  }
  ~Owner() { end(); }
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;

  /// Waits until the server answers.
  void wait_until_ready() {
    std::string line;
    for (char c = '\0'; ::read(output_.get(), &c, 1) == 1 && c != '\n';) line += c;
    std::istringstream fields(line);
    fields >> directory >> server;
  }
  [[nodiscard]] pid_t process() const { return process_; }
  void kill() {
    ::kill(process_, SIGKILL);
    wait_for(std::exchange(process_, -1));
  }
  void end() {
    input_.close();
    if (process_ > 0) wait_for(std::exchange(process_, -1));
  }

  std::string directory;
  pid_t server = -1;

 private:
  pid_t process_ = -1;
  pg::embedded::Descriptor input_;
  pg::embedded::Descriptor output_;
};

/// Polls: what another process does cannot be waited for otherwise.
template <class Condition>
bool eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

bool process_exists(pid_t process) { return ::kill(process, 0) == 0; }

pid_t parent_of(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string word; status >> word;) {
    pid_t parent = -1;
    if (word == "PPid:" && status >> parent) return parent;
  }
  return -1;
}

std::vector<pid_t> children_of(pid_t process) {
  std::vector<pid_t> children;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const auto child = static_cast<pid_t>(std::atoi(entry.path().filename().c_str()));
    if (child > 0 && parent_of(child) == process) children.push_back(child);
  }
  return children;
}

/// The letter that ps shows: 'S' sleeps, 'T' is stopped.
char state_of(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string word; status >> word;) {
    char state = '\0';
    if (word == "State:" && status >> state) return state;
  }
  return '\0';
}

std::vector<fs::path> entries(const fs::path& directory) {
  return {fs::directory_iterator(directory), fs::directory_iterator()};
}

bool in_initdb(const fs::path& temporary) {
  const auto found = entries(temporary);
  return !found.empty() && fs::exists(found.front() / "data" / "PG_VERSION");
}

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

class EmbeddedServerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { cache(); }  // before a test sets TMPDIR
  EmbeddedServer start() { return EmbeddedServer(options()); }
  EmbeddedServer::Options options() {
    EmbeddedServer::Options options;
    options.cache = cache();
    return options;
  }
  /// One cache for all tests: initdb is not what most of them are about.
  static const fs::path& cache() {
    static const Scratch scratch;
    return scratch.path();
  }
};

TEST_F(EmbeddedServerTest, AnswersAQuery) {
  const EmbeddedServer server = start();
  RawSession session(server.settings());
  ASSERT_TRUE(session.connected()) << session.error();
  EXPECT_EQ(session.text("SELECT 1"), "1");
  EXPECT_EQ(session.text("SELECT current_database() || ' ' || current_user"), "app postgres");
  EXPECT_EQ(session.text("SHOW server_encoding"), "UTF8");
  EXPECT_EQ(session.text("SHOW timezone"), "UTC");
  EXPECT_EQ(session.text("SHOW listen_addresses"), "");
  EXPECT_EQ(session.text("SELECT pg_postmaster_start_time() <= now()"), "t");
}

TEST_F(EmbeddedServerTest, SecondStartComesFromTheCache) {
  const Scratch empty;
  EmbeddedServer::Options options;
  options.cache = empty.path();
  EXPECT_FALSE(EmbeddedServer(options).timings().from_cache);
  const EmbeddedServer second(options);
  EXPECT_TRUE(second.timings().from_cache);
  EXPECT_EQ(RawSession(second.settings()).text("SELECT 1"), "1");
}

TEST_F(EmbeddedServerTest, TwoAtOnceDoNotSeeEachOther) {
  const EmbeddedServer one = start();
  const EmbeddedServer two = start();
  EXPECT_NE(one.directory(), two.directory());
  RawSession(one.settings()).run("CREATE TABLE only_here ()");
  const auto* lookup = "SELECT to_regclass('only_here') IS NOT NULL";
  EXPECT_EQ(RawSession(one.settings()).text(lookup), "t");
  EXPECT_EQ(RawSession(two.settings()).text(lookup), "f");
}

TEST_F(EmbeddedServerTest, ItsDirectoryIsPrivate) {
  const EmbeddedServer server = start();
  struct stat status{};
  ASSERT_EQ(::stat(server.directory().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0700U);
  struct stat process{};
  ASSERT_EQ(::stat(("/proc/" + std::to_string(server.pid())).c_str(), &process), 0);
  EXPECT_NE(process.st_uid, 0U) << "the server runs as root";
  EXPECT_EQ(process.st_uid, status.st_uid);
}

TEST_F(EmbeddedServerTest, LeavesNothingBehind) {
  fs::path directory;
  pid_t process = -1;
  {
    const EmbeddedServer server = start();
    directory = server.directory();
    process = server.pid();
    EXPECT_TRUE(process_exists(process));
  }
  EXPECT_FALSE(fs::exists(directory));
  EXPECT_FALSE(process_exists(process));
}

TEST_F(EmbeddedServerTest, StopsWithASessionOpen) {
  std::optional<EmbeddedServer> server(start());
  RawSession session(server->settings());
  ASSERT_TRUE(session.connected());
  server.reset();
  EXPECT_NE(session.run("SELECT 1").field, "1");
}

TEST_F(EmbeddedServerTest, LeavesNothingBehindWhenItsOwnerIsKilled) {
  const Scratch temporary;
  const Variable tmpdir("TMPDIR", temporary.path());
  Owner owner(cache());
  owner.wait_until_ready();
  ASSERT_TRUE(process_exists(owner.server));
  ASSERT_EQ(fs::path(owner.directory).parent_path(), temporary.path());
  owner.kill();
  EXPECT_TRUE(eventually([&] { return !process_exists(owner.server); }));
  EXPECT_TRUE(eventually([&] { return entries(temporary.path()).empty(); }));
}

TEST_F(EmbeddedServerTest, LeavesNothingBehindWhenItsOwnerIsKilledDuringInitdb) {
  const Scratch temporary;
  const Scratch empty;
  const Variable tmpdir("TMPDIR", temporary.path());
  Owner owner(empty.path());
  ASSERT_TRUE(eventually([&] { return in_initdb(temporary.path()); }));
  owner.kill();
  EXPECT_TRUE(eventually([&] { return entries(temporary.path()).empty(); }));
}

// The guardian sleeps while the owner says "start" and is killed, so it answers nobody.
TEST_F(EmbeddedServerTest, LeavesNothingBehindWhenItsOwnerIsKilledAsTheServerStarts) {
  const Scratch temporary;
  const Scratch empty;  // initdb gives the time to stop the guardian
  const Variable tmpdir("TMPDIR", temporary.path());
  Owner owner(empty.path());
  ASSERT_TRUE(eventually([&] { return in_initdb(temporary.path()); }));
  const pid_t guardian = children_of(owner.process()).at(0);
  ASSERT_EQ(::kill(guardian, SIGSTOP), 0);
  const fs::path configuration = entries(temporary.path()).front() / "data" / "postgresql.conf";
  const bool waits_for_the_guardian = eventually([&] {
    return first_line(configuration) == "fsync = off" &&
           children_of(owner.process()) == std::vector{guardian} &&
           state_of(owner.process()) == 'S';
  });
  owner.kill();
  ASSERT_EQ(::kill(guardian, SIGCONT), 0);
  EXPECT_TRUE(waits_for_the_guardian);
  EXPECT_TRUE(eventually([&] { return !process_exists(guardian); }));
  EXPECT_TRUE(entries(temporary.path()).empty());
}

TEST_F(EmbeddedServerTest, StopsWhenItsGuardianIsKilled) {
  std::optional<EmbeddedServer> server(start());
  const fs::path directory = server->directory();
  const pid_t process = server->pid();
  ASSERT_EQ(::kill(parent_of(process), SIGKILL), 0);
  server.reset();
  EXPECT_FALSE(fs::exists(directory));
  EXPECT_TRUE(eventually([&] { return !process_exists(process); }));
}

TEST_F(EmbeddedServerTest, SurvivesTheEndOfAForkedChild) {
  EmbeddedServer server = start();
  const pid_t child = ::fork();
  if (child == 0) {
    {
      const EmbeddedServer taken = std::move(server);
    }
    ::_exit(0);
  }
  wait_for(child);
  EXPECT_EQ(RawSession(server.settings()).text("SELECT 1"), "1");
}

TEST_F(EmbeddedServerTest, TwoProcessesMayRaceForAnEmptyCache) {
  const Scratch empty;
  Owner one(empty.path());
  Owner two(empty.path());
  one.wait_until_ready();
  two.wait_until_ready();
  EXPECT_TRUE(process_exists(one.server));
  EXPECT_TRUE(process_exists(two.server));
  EXPECT_EQ(entries(empty.path()).size(), 1U) << "one entry, and no half of another";
}

TEST_F(EmbeddedServerTest, ADamagedCacheIsMadeAnew) {
  const Scratch empty;
  EmbeddedServer::Options options;
  options.cache = empty.path();
  {
    const EmbeddedServer fills(options);
  }
  fs::resize_file(entries(empty.path()).at(0) / "data" / "global" / "pg_control", 100);
  EXPECT_FALSE(EmbeddedServer(options).timings().from_cache);
  EXPECT_TRUE(EmbeddedServer(options).timings().from_cache);
  EXPECT_EQ(entries(empty.path()).size(), 1U);
}

TEST_F(EmbeddedServerTest, AnUnusableCacheIsAnError) {
  const Scratch scratch;
  const fs::path file = scratch.path() / "file";
  std::ofstream(file) << "no directory";
  EmbeddedServer::Options options;
  options.cache = file;
  try {
    const EmbeddedServer server(options);
    FAIL() << "a file was taken for a cache directory";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Config);
    EXPECT_EQ(error.message(),
              "the cluster cache " + file.string() + " cannot be used: Not a directory");
  }
}

TEST_F(EmbeddedServerTest, MakesTheDatabaseThatIsAskedFor) {
  for (const std::string name : {"other", "Has \"quotes\"; and more", "postgres"}) {
    EmbeddedServer::Options wanted = options();
    wanted.database = name;
    const EmbeddedServer server(wanted);
    EXPECT_EQ(RawSession(server.settings()).text("SELECT current_database()"), name);
  }
}

TEST_F(EmbeddedServerTest, RefusesADatabaseWithoutName) {
  EmbeddedServer::Options wanted = options();
  wanted.database = "";
  try {
    const EmbeddedServer server(wanted);
    FAIL() << "a database without a name was made";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Config);
    EXPECT_EQ(error.message(), "the database '' cannot be created");
  }
}

TEST_F(EmbeddedServerTest, ConfigurationLinesWin) {
  EmbeddedServer::Options wanted = options();
  wanted.configuration = {"max_connections = 7", "fsync = on"};
  const EmbeddedServer server(wanted);
  EXPECT_EQ(RawSession(server.settings()).text("SHOW max_connections"), "7");
  EXPECT_EQ(RawSession(server.settings()).text("SHOW fsync"), "on");
}

TEST_F(EmbeddedServerTest, AServerThatDoesNotComeUpShowsItsLog) {
  const Scratch temporary;
  const Variable tmpdir("TMPDIR", temporary.path());
  EmbeddedServer::Options wanted = options();
  wanted.configuration = {"no_such_setting = 1"};
  try {
    const EmbeddedServer server(wanted);
    FAIL() << "started with an unknown setting";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Connection);
    EXPECT_EQ(error.message(), "the embedded server ended while it started");
    EXPECT_NE(error.detail().find("no_such_setting"), std::string::npos) << error.what();
  }
  EXPECT_TRUE(entries(temporary.path()).empty());
}

}  // namespace
}  // namespace pgjinja
