#include "client/columns.hpp"
#include "client/server.hpp"

#include <pgjinja/pgjinja.hpp>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using test::client_with;
using test::report_of;
using test::Templates;

/// A table of the test's own, emptied before and dropped behind it.
class TransactionTest : public testing::Test {
 protected:
  Client db =
      client_with({{"add", "INSERT INTO notes (n) VALUES ({{ n }})"},
                   {"all", "SELECT coalesce(string_agg(n::text, ' ' ORDER BY n), '') FROM notes"},
                   {"count", "SELECT count(*) FROM notes"},
                   {"setting", "SELECT current_setting({{ name }})"},
                   {"pid", "SELECT pg_backend_pid()"},
                   {"where",
                    "SELECT current_setting('transaction_isolation') || ' ' ||"
                    " current_setting('transaction_read_only') || ' ' ||"
                    " current_setting('transaction_deferrable')"},
                   {"commit", "COMMIT"},
                   {"later", "INSERT INTO notes (n, later) VALUES ({{ n }}, {{ n }})"},
                   {"copy", "COPY notes TO '/dev/null'"},
                   {"broken", "SELECT 1 / {{ n }}"}},
                  4);

  void SetUp() override {
    db.run_script(
        "DROP TABLE IF EXISTS notes; CREATE TABLE notes (n int PRIMARY KEY,"
        " later int REFERENCES notes DEFERRABLE INITIALLY DEFERRED)");
  }
  void TearDown() override { db.run_script("DROP TABLE notes"); }

  [[nodiscard]] std::string notes() const { return db.query_one<std::string>("all"); }
};

TEST_F(TransactionTest, KeepsWhatIsCommittedAndNothingElse) {
  {
    Transaction tx = db.begin();
    tx.execute("add", {{"n", 1}});
    EXPECT_EQ(tx.query_one<std::string>("all"), "1");
    EXPECT_EQ(notes(), "");  // on another connection
    tx.commit();
  }
  {
    Transaction tx = db.begin();
    tx.execute("add", {{"n", 2}});
  }
  {
    Transaction tx = db.begin();
    tx.execute("add", {{"n", 3}});
    tx.rollback();
  }
  EXPECT_EQ(notes(), "1");
}

TEST_F(TransactionTest, BeginsAsItIsTold) {
  const auto begun = [this](TransactionOptions options) {
    Transaction tx = db.begin(std::move(options));
    return tx.query_one<std::string>("where");
  };
  EXPECT_EQ(begun({}), "read committed off off");
  EXPECT_EQ(begun({.isolation = Isolation::ReadCommitted, .access = Access::ReadWrite}),
            "read committed off off");
  EXPECT_EQ(begun({.isolation = Isolation::RepeatableRead}), "repeatable read off off");
  EXPECT_EQ(
      begun({.isolation = Isolation::Serializable, .access = Access::ReadOnly, .deferrable = true}),
      "serializable on on");
}

TEST_F(TransactionTest, SettingsEndWithIt) {
  const Context name = {{"name", "app.user"}};
  for (const char* user : {"7", "'; DROP TABLE notes; --"}) {
    Transaction tx = db.begin({.settings = {{"app.user", user}, {"statement_timeout", "7s"}}});
    EXPECT_EQ(tx.query_one<std::string>("setting", name), user);
    EXPECT_EQ(tx.query_one<std::string>("setting", {{"name", "statement_timeout"}}), "7s");
    tx.commit();
    EXPECT_EQ(db.query_one<std::string>("setting", name), "");
  }
  EXPECT_EQ(report_of([this] {
              const Transaction tx = db.begin({.settings = {{"no_such", "x"}}});
              static_cast<void>(tx.query("all"));
            }),
            "error[server 42704]: unrecognized configuration parameter \"no_such\"\n"
            "  = while executing all:1:1");
}

TEST_F(TransactionTest, NothingIsSentForNothing) {
  Transaction tx = db.begin();
  tx.commit();
  EXPECT_EQ(report_of([&] { tx.commit(); }), "error[config]: this transaction has ended");
  EXPECT_EQ(report_of([&] { tx.execute("add", {{"n", 1}}); }),
            "error[config]: this transaction has ended");
  tx.rollback();
}

TEST_F(TransactionTest, ExecutesNothingAfterAnErrorOfTheServer) {
  Transaction tx = db.begin();
  tx.execute("add", {{"n", 1}});
  EXPECT_EQ(report_of([&] { tx.execute("add", {{"n", 1}}); }).substr(0, 20),
            "error[server 23505]:");
  const std::string refused =
      "error[config]: this transaction has failed in template \"add\", and nothing of it will be "
      "kept\n"
      "  = hint: roll back and begin anew; what may fail can run in a transaction of its own, "
      "which nested() gives";
  EXPECT_EQ(report_of([&] { tx.execute("add", {{"n", 2}}); }), refused);
  EXPECT_EQ(report_of([&] { tx.commit(); }), refused);
  tx.rollback();
  EXPECT_EQ(notes(), "");
}

TEST_F(TransactionTest, AnErrorBeforeTheServerIsAskedSpoilsNothing) {
  Transaction tx = db.begin();
  EXPECT_EQ(report_of([&] { tx.execute("missing"); }).substr(0, 17), "error[not-found]:");
  EXPECT_EQ(report_of([&] { tx.execute("add"); }).substr(0, 17), "error[undefined]:");
  tx.execute("add", {{"n", 1}});
  EXPECT_EQ(report_of([&] { static_cast<void>(tx.query_one<bool>("all")); }).substr(0, 15),
            "error[mapping]:");
  tx.execute("add", {{"n", 2}});
  tx.commit();
  EXPECT_EQ(notes(), "1 2");
}

TEST_F(TransactionTest, TheFirstStatementMayBeStale) {
  const auto first = [this] {
    Transaction tx = db.begin();
    const Result result = tx.query("select");
    tx.commit();
    return result.at(0).at(0).column().type;
  };
  db = client_with({{"select", "SELECT * FROM stale"}}, 1);
  db.run_script("CREATE TABLE stale (a int); INSERT INTO stale VALUES (1)");
  EXPECT_EQ(first(), pg::oid::kInt4);
  db.run_script("ALTER TABLE stale ALTER a TYPE text");
  EXPECT_EQ(first(), pg::oid::kText);
  db.run_script("DROP TABLE stale");
}

TEST_F(TransactionTest, ReportsWhatCommitRefuses) {
  Transaction tx = db.begin();
  tx.execute("later", {{"n", 1}});
  tx.execute("add", {{"n", 2}});
  tx.run_script("UPDATE notes SET later = 99 WHERE n = 1");
  EXPECT_EQ(report_of([&] { tx.commit(); }).substr(0, 20), "error[server 23503]:");
  EXPECT_EQ(report_of([&] { tx.commit(); }).substr(0, 52),
            "error[config]: this transaction has failed in COMMIT");
  tx.rollback();
  EXPECT_EQ(notes(), "");
}

TEST_F(TransactionTest, NoticesAStatementThatEndsIt) {
  for (const bool script : {false, true}) {
    Transaction tx = db.begin();
    tx.execute("add", {{"n", script ? 2 : 1}});
    const std::string report =
        report_of([&] { script ? tx.run_script("COMMIT") : void(tx.execute("commit")); });
    EXPECT_NE(report.find("ended the transaction that it was executed in"), std::string::npos)
        << report;
    EXPECT_EQ(report_of([&] { tx.execute("add", {{"n", 9}}); }).substr(0, 42),
              "error[config]: this transaction has failed");
  }
  EXPECT_EQ(notes(), "1 2");
}

TEST_F(TransactionTest, TakesCopyAsItsFirstStatement) {
  Transaction tx = db.begin();
  EXPECT_EQ(tx.execute("copy"), 0);
  tx.execute("add", {{"n", 1}});
  tx.commit();
  EXPECT_EQ(notes(), "1");
}

TEST_F(TransactionTest, ANestedOneConfinesErrors) {
  Transaction tx = db.begin();
  tx.execute("add", {{"n", 1}});
  {
    Transaction inner = tx.nested();
    inner.execute("add", {{"n", 2}});
    EXPECT_EQ(report_of([&] { inner.execute("broken", {{"n", 0}}); }).substr(0, 20),
              "error[server 22012]:");
    EXPECT_EQ(report_of([&] { inner.commit(); }).substr(0, 14), "error[config]:");
  }
  {
    Transaction inner = tx.nested();
    inner.execute("add", {{"n", 3}});
    Transaction innermost = inner.nested();
    innermost.execute("add", {{"n", 4}});
    innermost.rollback();
    inner.commit();
  }
  tx.execute("add", {{"n", 5}});
  tx.commit();
  EXPECT_EQ(notes(), "1 3 5");
}

TEST_F(TransactionTest, TheOuterOneWaitsForTheNestedOne) {
  Transaction tx = db.begin();
  Transaction inner = tx.nested();
  const std::string refused =
      "error[config]: a nested transaction has not ended\n"
      "  = hint: commit it, roll it back, or let it go out of scope first";
  EXPECT_EQ(report_of([&] { tx.execute("add", {{"n", 1}}); }), refused);
  EXPECT_EQ(report_of([&] { tx.commit(); }), refused);
  inner.execute("add", {{"n", 2}});
  tx.rollback();  // ends both
  EXPECT_EQ(report_of([&] { inner.execute("add", {{"n", 3}}); }),
            "error[config]: this transaction has ended");
  EXPECT_EQ(report_of([&] { inner.commit(); }), "error[config]: this transaction has ended");
  EXPECT_EQ(notes(), "");
}

TEST_F(TransactionTest, CanBeMovedAndMayOutliveItsClient) {
  std::vector<Transaction> kept;
  {
    const Client gone = client_with({{"add", "INSERT INTO notes (n) VALUES ({{ n }})"}}, 1);
    Transaction tx = gone.begin();
    tx.execute("add", {{"n", 1}});
    kept.push_back(std::move(tx));
    kept.push_back(db.begin());
    kept.back().execute("add", {{"n", 2}});
  }
  kept.front().execute("add", {{"n", 3}});
  kept.front().commit();
  kept.back() = db.begin();  // rolls back what it was
  EXPECT_EQ(notes(), "1 3");
}

TEST_F(TransactionTest, ALostConnectionIsReportedAndReplaced) {
  Transaction tx = db.begin();
  tx.execute("add", {{"n", 1}});
  const auto pid = tx.query_one<std::int32_t>("pid");
  db.run_script("SELECT pg_terminate_backend(" + std::to_string(pid) + ", 5000)");
  EXPECT_EQ(report_of([&] { tx.execute("add", {{"n", 2}}); }).substr(0, 17), "error[connection ");
  EXPECT_EQ(report_of([&] { tx.commit(); }).substr(0, 14), "error[config]:");
  tx.rollback();
  EXPECT_EQ(notes(), "");
}

TEST_F(TransactionTest, RunsAFunction) {
  const auto result = db.transaction([](Transaction& tx) {
    tx.execute("add", {{"n", 1}});
    return tx.query_one<std::int64_t>("count");
  });
  EXPECT_EQ(result, 1);
  db.transaction([](const Executor& any) { any.execute("add", {{"n", 2}}); });
  EXPECT_THROW(db.transaction([](Transaction& tx) {
    tx.execute("add", {{"n", 3}});
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  EXPECT_EQ(notes(), "1 2");
}

/// Two at a time read both and write one of two rows: one of each pair has to be repeated.
TEST_F(TransactionTest, RepeatsWhatCollided) {
  db.run_script("INSERT INTO notes VALUES (1, 1), (2, 2)");
  const Client both = client_with({{"sum", "SELECT sum(later) FROM notes"},
                                   {"set", "UPDATE notes SET later = 3 - later WHERE n = {{ n }}"}},
                                  2);
  std::atomic<int> calls = 0;
  std::vector<std::thread> threads;
  for (const int n : {1, 2}) {
    threads.emplace_back([&both, &calls, n] {
      for (int i = 0; i < 50; ++i) {
        both.transaction(
            [&](Transaction& tx) {
              ++calls;
              static_cast<void>(tx.query_one<std::int64_t>("sum"));
              tx.execute("set", {{"n", n}});
            },
            {.isolation = Isolation::Serializable}, {.attempts = 100});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(calls, 100);
}

TEST_F(TransactionTest, RepeatsNoMoreOftenThanItMay) {
  int calls = 0;
  const auto conflict = [&calls](Transaction&) {
    ++calls;
    throw Error(ErrorKind::Server, "deadlock").sqlstate("40P01");
  };
  const Retry retry = {.attempts = 3, .first_wait = std::chrono::milliseconds(1)};
  EXPECT_EQ(report_of([&] { db.transaction(conflict, {}, retry); }),
            "error[server 40P01]: deadlock");
  EXPECT_EQ(calls, 3);
  calls = 0;
  EXPECT_EQ(report_of([&] { db.transaction(conflict); }), "error[server 40P01]: deadlock");
  EXPECT_EQ(calls, 1);
  calls = 0;
  const auto other = [&calls](Transaction&) {
    ++calls;
    throw Error(ErrorKind::Server, "unique").sqlstate("23505");
  };
  EXPECT_EQ(report_of([&] { db.transaction(other, {}, retry); }), "error[server 23505]: unique");
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace pgjinja
