// The server ends a session in the midst of each step that a call goes through.

#include "client/server.hpp"

#include <pgjinja/pgjinja.hpp>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using test::Templates;

const Templates kTemplates = {
    {"rows", "SELECT n FROM killed_rows WHERE n > {{ least }}"},
    {"add", "INSERT INTO killed_rows VALUES ({{ n }}, {{ how }})"},
    {"sleep", "SELECT pg_sleep({{ seconds }})::text"},
    {"many",
     "SELECT CASE WHEN g = 3000 THEN pg_sleep(600)::text END || g FROM"
     " generate_series(1, 5000) g"},
    {"out",
     "SELECT CASE WHEN g = 3000 THEN pg_sleep(600) END::text FROM"
     " generate_series(1, 5000) g"},
    {"listed", "{#---\n@sort n\n---#}\nSELECT n FROM killed_rows, pg_sleep(600)"},
    {"one", "SELECT 1"}};

struct Killed {
  std::int32_t n;
  std::string how;
};

class KilledTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    test::client_with({}).run_script(
        "DROP TABLE IF EXISTS killed_rows;"
        "CREATE TABLE killed_rows (n int PRIMARY KEY, how text NOT NULL DEFAULT '');"
        "CREATE OR REPLACE FUNCTION killed_sleep() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN IF NEW.how = TG_ARGV[0] THEN PERFORM pg_sleep(600); END IF; RETURN NEW; END $$;"
        "CREATE TRIGGER now BEFORE INSERT ON killed_rows FOR EACH ROW"
        " EXECUTE FUNCTION killed_sleep('now');"
        "CREATE CONSTRAINT TRIGGER later AFTER INSERT ON killed_rows DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION killed_sleep('later');");
  }

  static Client victim() {
    pg::Settings settings = test::patient_settings();
    settings.session["application_name"] = "victim";
    return Client({.connection = settings,
                   .pool = {.max_size = 1},
                   .loader = std::make_shared<jinja::MapLoader>(kTemplates),
                   .cursor_secrets = {"0123456789abcdef"}});
  }

  /// What `call` throws when its session is ended as soon as it waits for `event`, and the next one
  /// too when it begins again there.
  Error killed_in(const std::string& event, const std::function<void()>& call) {
    std::jthread killer([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        (void)admin.query<bool>("kill", {{"event", event}});
      }
    });
    try {
      call();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return Error(ErrorKind::Config, "nothing was thrown");
  }

  /// An ended session says so, and the next call gets another one.
  void expect_ended(const Error& error, bool safe_to_retry) {
    EXPECT_EQ(error.kind(), ErrorKind::Connection) << error.what();
    EXPECT_EQ(error.sqlstate(), "57P01") << error.what();
    EXPECT_EQ(error.safe_to_retry(), safe_to_retry) << error.what();
    EXPECT_EQ(db.query_one<std::int32_t>("one"), 1);
  }

  Client db = victim();
  Client admin =
      test::client_with({{"kill",
                          "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                          " WHERE application_name = 'victim' AND wait_event = {{ event }}"},
                         {"lock", "LOCK TABLE killed_rows IN ACCESS EXCLUSIVE MODE"}},
                        2);
};

/// The sessions of clients, by their processes: one that begins is in no view yet.
std::set<int> sessions() {
  std::set<int> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream stat(entry.path() / "stat");
    std::string number;
    std::string name;
    char state = 0;
    int parent = 0;
    stat >> number >> name >> state >> parent;
    std::ifstream title(entry.path() / "cmdline");
    std::string line;
    std::getline(title, line);
    const bool of_client =
        line.find("[local]") != std::string::npos || line.find("127.0.0.1") != std::string::npos;
    if (parent == test::server().pid() && of_client) found.insert(std::stoi(pid));
  }
  return found;
}

TEST_F(KilledTest, Connect) {
  pg::Settings slow = test::patient_settings();
  slow.keywords["options"] = "-c post_auth_delay=1";
  (void)admin.query_maybe<bool>("kill", {{"event", "none"}});  // opens its connection
  const std::set<int> before = sessions();
  std::jthread killer([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      for (const int pid : sessions()) {
        if (before.contains(pid)) continue;
        ::kill(pid, SIGTERM);
        return;
      }
    }
  });
  const Client beginner({.connection = slow,
                         .pool = {.max_size = 1},
                         .loader = std::make_shared<jinja::MapLoader>(kTemplates)});
  try {
    // The delay ends with the signal. A session that hears of its end only there says first that it
    // is ready: then the statement goes to another one, and its caller sees nothing of it.
    EXPECT_EQ(beginner.query_one<std::int32_t>("one"), 1);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Connection) << error.what();
    // A session that ends before the server knows whose it is ends without a word.
    const std::string said = error.what();
    EXPECT_TRUE(said.find("terminating connection") != std::string::npos ||
                said.find("server closed the connection unexpectedly") != std::string::npos)
        << said;
    EXPECT_TRUE(error.safe_to_retry());
  }
  killer.join();
  EXPECT_EQ(beginner.query_one<std::int32_t>("one"), 1);
}

TEST_F(KilledTest, Prepare) {
  // What a text means is found out at Parse, which waits for the table's lock.
  Transaction lock = admin.begin();
  lock.execute("lock");
  expect_ended(killed_in("relation", [&] { db.execute("rows", {{"least", 1}}); }), true);
}

TEST_F(KilledTest, Bind) {
  db.execute("rows", {{"least", 1}});
  Transaction lock = admin.begin();
  lock.execute("lock");
  expect_ended(killed_in("relation", [&] { db.execute("rows", {{"least", 1}}); }), true);
}

TEST_F(KilledTest, Execute) {
  for (int use = 0; use < 2; ++use) {
    db.execute("sleep", {{"seconds", 0}});
    expect_ended(killed_in("PgSleep", [&] { db.execute("sleep", {{"seconds", 600}}); }), false);
  }
}

TEST_F(KilledTest, Rows) {
  expect_ended(killed_in("PgSleep", [&] { (void)db.query<std::optional<std::string>>("many"); }),
               false);
}

TEST_F(KilledTest, Stream) {
  for (const std::uint32_t size : {0U, 1000U}) {
    int rows = 0;
    expect_ended(
        killed_in("PgSleep",
                  [&] {
                    for ([[maybe_unused]] const auto& row :
                         db.stream<std::optional<std::string>>("many", {}, {.fetch_size = size})) {
                      ++rows;
                    }
                  }),
        false);
    EXPECT_LT(rows, 3000);
    if (size == 1000) {
      EXPECT_GE(rows, 2000) << "whole portions had come";
    }
  }
}

TEST_F(KilledTest, Page) {
  db.execute("add", {{"n", 1}, {"how", ""}});
  expect_ended(killed_in("PgSleep", [&] { (void)db.page<std::int32_t>("listed"); }), false);
}

TEST_F(KilledTest, Pipeline) {
  Batch batch = db.batch();
  const auto before = batch.execute("add", {{"n", 10}, {"how", ""}});
  batch.execute("sleep", {{"seconds", 600}});
  batch.execute("add", {{"n", 11}, {"how", ""}});
  expect_ended(killed_in("PgSleep", [&] { batch.run(); }), false);
  EXPECT_THROW((void)before.get(), Error);
  EXPECT_EQ(db.execute("rows", {{"least", 9}}), 0) << "they were one transaction";
}

TEST_F(KilledTest, PipelineOfTransactions) {
  Batch batch = db.batch();
  const auto before = batch.execute("add", {{"n", 20}, {"how", ""}});
  const auto during = batch.execute("sleep", {{"seconds", 600}});
  const auto behind = batch.execute("add", {{"n", 21}, {"how", ""}});
  expect_ended(killed_in("PgSleep",
                         [&] {
                           batch.run_each();
                           (void)during.get();
                         }),
               false);
  EXPECT_EQ(before.get(), 1) << "it had been committed";
  EXPECT_THROW((void)behind.get(), Error);
  EXPECT_EQ(db.query<std::int32_t>("rows", {{"least", 19}}), std::vector<std::int32_t>{20});
}

TEST_F(KilledTest, CopyIn) {
  std::vector<Killed> rows;
  for (std::int32_t n = 100; n < 200; ++n) rows.push_back({n, n == 150 ? "now" : ""});
  expect_ended(killed_in("PgSleep", [&] { db.copy_in({"killed_rows"}, rows); }), false);
  expect_ended(killed_in("PgSleep", [&] { db.execute_many("add", rows); }), false);
  EXPECT_EQ(db.execute("rows", {{"least", 99}}), 0) << "all or nothing";
}

TEST_F(KilledTest, CopyOut) {
  int rows = 0;
  expect_ended(killed_in("PgSleep",
                         [&] {
                           db.copy_out<std::optional<std::string>>(
                               "out", [&](std::optional<std::string>&&) { ++rows; });
                         }),
               false);
  EXPECT_LT(rows, 3000);
}

TEST_F(KilledTest, Commit) {
  Transaction tx = db.begin();
  tx.execute("add", {{"n", 30}, {"how", "later"}});
  const Error error = killed_in("PgSleep", [&] { tx.commit(); });
  tx.rollback();
  expect_ended(error, false);
  EXPECT_EQ(db.execute("rows", {{"least", 29}}), 0);
}

TEST_F(KilledTest, StatementsAndSavepointsOfATransaction) {
  Transaction tx = db.begin();
  tx.execute("add", {{"n", 40}, {"how", ""}});
  const Error error = killed_in("PgSleep", [&] {
    Transaction inner = tx.nested();
    inner.execute("sleep", {{"seconds", 600}});
  });
  EXPECT_THROW(tx.execute("one"), Error) << "the outer one is told";
  tx.rollback();
  expect_ended(error, false);
  EXPECT_EQ(db.execute("rows", {{"least", 39}}), 0);
}

TEST_F(KilledTest, ARetriedTransactionIsNotRepeatedWhenItsOutcomeIsUnknown) {
  int calls = 0;
  expect_ended(killed_in("PgSleep",
                         [&] {
                           db.transaction(
                               [&](Transaction& tx) {
                                 ++calls;
                                 tx.execute("add", {{"n", 50}, {"how", "later"}});
                               },
                               {}, {.attempts = 3});
                         }),
               false);
  EXPECT_EQ(calls, 1);
}

TEST_F(KilledTest, Settings) {
  const Client named = db.with({.settings = {{"work_mem", "1MB"}}});
  expect_ended(killed_in("PgSleep", [&] { named.execute("sleep", {{"seconds", 600}}); }), false);
}

}  // namespace
}  // namespace pgjinja
