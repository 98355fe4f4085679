// A commit that was cancelled while it waited for a synchronous replica: the server calls it a
// success, with a warning.

#include "pg/restartable_server.hpp"
#include "pg/server_fixture.hpp"

#include <pgjinja/pg/connection.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace pgjinja::pg {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kInsert = "INSERT INTO t VALUES (1)";

class UnconfirmedCommitTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = std::make_unique<RestartableServer>();
    server_->execute("CREATE TABLE t (n int)");
    server_->execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    server_->execute("SELECT pg_reload_conf()");
  }
  static void TearDownTestSuite() { server_.reset(); }
  void SetUp() override {
    // The server has read the setting when a commit waits.
    for (const char* sql : {"SET synchronous_commit = local", "TRUNCATE t", "RESET ALL"}) {
      connection.run_script(sql);
    }
    while (first_text(connection, "SHOW synchronous_standby_names") != "nobody") continue;
  }

  static CallLimits soon() { return {.deadline = std::chrono::steady_clock::now() + 200ms}; }
  void expect_there_and_in_doubt(const Error& error, std::string_view times) {
    EXPECT_TRUE(error.in_doubt());
    EXPECT_FALSE(error.safe_to_retry());
    EXPECT_EQ(error.detail(),
              "the primary has committed, and no synchronous replica has confirmed it");
    EXPECT_EQ(first_text(connection, "SELECT count(*)::text FROM t"), times);
  }

  static void await_wait(Connection& admin, const std::string& pid) {
    const std::string waits = "SELECT count(*)::text FROM pg_stat_activity WHERE pid = " + pid +
                              " AND wait_event = 'SyncRep'";
    while (first_text(admin, waits) != "1") continue;
  }

  static inline std::unique_ptr<RestartableServer> server_;
  Connection connection{patient_settings()};

 private:
  static Settings patient_settings() {
    Settings settings = server_->settings();
    settings.cancel_patience = 60s;
    return settings;
  }
};

TEST_F(UnconfirmedCommitTest, OfAStatementIsInDoubt) {
  CollectingSink sink;
  const Error error = error_of([&] { connection.execute(kInsert, {}, sink, soon()); });
  EXPECT_EQ(error.kind(), ErrorKind::Timeout);
  expect_there_and_in_doubt(error, "1");
}

TEST_F(UnconfirmedCommitTest, OfATransactionIsInDoubt) {
  connection.run_script("BEGIN; INSERT INTO t VALUES (1), (2)");
  const Error error = error_of([&] { connection.run_script("COMMIT", soon()); });
  EXPECT_EQ(error.kind(), ErrorKind::Timeout);
  expect_there_and_in_doubt(error, "2");
}

TEST_F(UnconfirmedCommitTest, OfAPipelineIsInDoubtAndOnlyThat) {
  for (const Grouping grouping : {Grouping::Together, Grouping::Each}) {
    SetUp();
    CollectingSink sinks[3];
    std::vector<PipelineEntry> entries{{.sql = "SELECT 1", .parameters = {}, .sink = &sinks[0]},
                                       {.sql = kInsert, .parameters = {}, .sink = &sinks[1]}};
    connection.pipeline(entries, grouping, soon());
    const bool each = grouping == Grouping::Each;
    EXPECT_EQ(entries[0].failure == nullptr, each);
    ASSERT_NE(entries[1].failure, nullptr);
    expect_there_and_in_doubt(error_of([&] { std::rethrow_exception(entries[1].failure); }), "1");
    CollectingSink after;
    std::vector<PipelineEntry> more{{.sql = "SELECT 2", .parameters = {}, .sink = &after}};
    connection.pipeline(more, grouping);
    EXPECT_EQ(more[0].failure, nullptr);
  }
}

TEST_F(UnconfirmedCommitTest, IsInDoubtAlsoWhenSomebodyElseCancels) {
  const std::string pid = std::to_string(connection.backend_pid());
  std::jthread other([&] {
    Connection admin(server_->settings());
    await_wait(admin, pid);
    admin.run_script("SELECT pg_cancel_backend(" + pid + ")");
  });
  CollectingSink sink;
  const Error error = error_of([&] { connection.execute(kInsert, {}, sink); });
  EXPECT_EQ(error.kind(), ErrorKind::Server);
  EXPECT_EQ(error.sqlstate(), "01000");
  expect_there_and_in_doubt(error, "1");
}

TEST_F(UnconfirmedCommitTest, IsInDoubtWhenTheServerEndsMeanwhile) {
  const std::string pid = std::to_string(connection.backend_pid());
  std::jthread other([&] {
    Connection admin(server_->settings());
    await_wait(admin, pid);
    admin.run_script("SELECT pg_terminate_backend(" + pid + ")");
  });
  CollectingSink sink;
  const Error error = error_of([&] { connection.execute(kInsert, {}, sink); });
  EXPECT_EQ(error.kind(), ErrorKind::Server);
  EXPECT_EQ(error.sqlstate(), "57P01");
  EXPECT_TRUE(error.in_doubt());
  connection = Connection(server_->settings());
  EXPECT_EQ(first_text(connection, "SELECT count(*)::text FROM t"), "1");
}

}  // namespace
}  // namespace pgjinja::pg
