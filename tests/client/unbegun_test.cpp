// What the server has not begun with is sent anew on another connection, unseen by the caller.

#include "client/unbegun.hpp"

#include "client/strict_database.hpp"
#include "pg/pool_helpers.hpp"

#include <pgjinja/pgjinja.hpp>

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using pg::wait_until;
using test::Templates;

const Templates kTemplates = {{"add", "INSERT INTO begun (n) VALUES ({{ n }})"},
                              {"numbers", "SELECT generate_series(1, 100)"},
                              {"pid", "SELECT pg_backend_pid()"},
                              {"count", "SELECT count(*) FROM begun"}};

struct Row {
  std::int32_t n;
};

/// One connection, to a database in which nothing can be undone that a borrower leaves.
class UnbegunTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { database.emplace(); }
  static void TearDownTestSuite() { database.reset(); }
  static Client client() {
    return Client({.connection = database->plain(),
                   .pool = {.max_size = 1},
                   .loader = std::make_shared<jinja::MapLoader>(kTemplates)});
  }

  /// Lets `call` wait for a connection, which it gets from one who has changed its settings.
  void behind_another(const std::function<void()>& call) {
    std::optional<pg::Lease> other = db.pool().acquire();
    (*other)->run_script("SET app.tenant = 'another'");
    std::future<void> called = std::async(std::launch::async, call);
    wait_until([&] { return db.pool().statistics().waiting == 1; });
    other.reset();
    called.get();
  }
  [[nodiscard]] std::int64_t count() const { return db.query_one<std::int64_t>("count"); }
  [[nodiscard]] std::uint64_t broken() const {
    const auto closed = db.pool().statistics().closed;
    return closed.contains("broken") ? closed.at("broken") : 0;
  }

  void SetUp() override { database->admin().run_script("TRUNCATE begun"); }

  static inline std::optional<test::StrictDatabase> database;
  Client db = client();
};

TEST(Unbegun, IsNotWhatItsCallerWaitsForNoLonger) {
  for (const ErrorKind kind : {ErrorKind::Connection, ErrorKind::Server}) {
    EXPECT_TRUE(is_unbegun(Error(kind, "lost").safe_to_retry(true)));
    EXPECT_FALSE(is_unbegun(Error(kind, "lost")));
  }
  for (const ErrorKind kind : {ErrorKind::Timeout, ErrorKind::Cancelled}) {
    EXPECT_FALSE(is_unbegun(Error(kind, "too late").safe_to_retry(true)));
  }
}

TEST_F(UnbegunTest, ACallIs) {
  behind_another([&] { db.execute("add", {{"n", 1}}); });
  EXPECT_EQ(broken(), 1U);
  EXPECT_EQ(count(), 1);
}

TEST_F(UnbegunTest, AScriptIs) {
  behind_another(
      [&] { db.run_script("INSERT INTO begun VALUES (1); INSERT INTO begun VALUES (2)"); });
  EXPECT_EQ(broken(), 1U);
  EXPECT_EQ(count(), 2);
}

TEST_F(UnbegunTest, ABatchIs) {
  for (const bool each : {false, true}) {
    Batch batch = db.batch();
    const auto first = batch.execute("add", {{"n", each ? 1 : 2}});
    const auto second = batch.query_one<std::int64_t>("count");
    behind_another([&] { each ? batch.run_each() : batch.run(); });
    EXPECT_EQ(first.get(), 1);
    EXPECT_EQ(second.get(), each ? 2 : 1);
  }
  EXPECT_EQ(broken(), 2U);
}

TEST_F(UnbegunTest, TheBeginningOfATransactionIs) {
  behind_another([&] {
    Transaction tx = db.begin();
    tx.execute("add", {{"n", 1}});
    tx.execute("add", {{"n", 2}});
    tx.commit();
  });
  EXPECT_EQ(broken(), 1U);
  EXPECT_EQ(count(), 2);
}

TEST_F(UnbegunTest, ManyRowsAre) {
  const std::vector<Row> rows{{1}, {2}, {3}};
  behind_another([&] { EXPECT_EQ(db.execute_many("add", rows), 3); });
  EXPECT_EQ(broken(), 1U);
  EXPECT_EQ(count(), 3);
}

TEST_F(UnbegunTest, AStreamIs) {
  behind_another([&] {
    std::int64_t sum = 0;
    for (const std::int32_t n : db.stream<std::int32_t>("numbers")) sum += n;
    EXPECT_EQ(sum, 5050);
  });
  EXPECT_EQ(broken(), 1U);
}

TEST_F(UnbegunTest, ATransactionWhoseSessionHasEndedMeanwhileIs) {
  Client admin = test::client_with({{"end", "SELECT pg_terminate_backend({{ pid }}, 10000)"}});
  std::int32_t pid = 0;
  const auto end_session = [&] { ASSERT_TRUE(admin.query_one<bool>("end", {{"pid", pid}})); };
  pid = db.query_one<std::int32_t>("pid");
  {
    Transaction tx = db.begin();
    end_session();
    pid = tx.query_one<std::int32_t>("pid");
    tx.execute("add", {{"n", 1}});
    tx.commit();
  }
  EXPECT_EQ(count(), 1);
  Transaction tx = db.begin();
  tx.execute("add", {{"n", 2}});
  pid = tx.query_one<std::int32_t>("pid");
  end_session();
  try {
    tx.execute("add", {{"n", 3}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.sqlstate(), "57P01");
    EXPECT_FALSE(error.in_doubt());
  }
}

TEST_F(UnbegunTest, WhatCannotBeginAnywhereSaysWhy) {
  Client admin = test::client_with({{"end", "SELECT pg_terminate_backend({{ pid }}, 10000)"}});
  const std::vector<Row> rows{{1}, {2}};
  const std::vector<std::function<void(Transaction&)>> beginnings{
      [&](Transaction& tx) { tx.execute("add", {{"n", 1}}); },
      [&](Transaction& tx) { tx.execute_many("add", rows); },
      [&](Transaction& tx) { tx.run_script("SELECT 1"); }};
  for (const auto& beginning : beginnings) {
    const std::int32_t pid = db.query_one<std::int32_t>("pid");
    Transaction tx = db.begin();
    admin.run_script("ALTER ROLE plain NOLOGIN");
    ASSERT_TRUE(admin.query_one<bool>("end", {{"pid", pid}}));
    try {
      beginning(tx);
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_NE(std::string_view(error.what()).find("\"plain\" is not permitted to log in"),
                std::string_view::npos)
          << error.what();
    }
    EXPECT_THROW(beginning(tx), Error);
    EXPECT_THROW(tx.commit(), Error);
    admin.run_script("ALTER ROLE plain LOGIN");
  }
}

}  // namespace
}  // namespace pgjinja
