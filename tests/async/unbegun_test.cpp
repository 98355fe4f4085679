// What the server has not begun with is sent anew on another connection, unseen by the caller.

#include "async/fixture.hpp"
#include "client/strict_database.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace pgjinja {
namespace {

using namespace boost::asio::experimental::awaitable_operators;
using boost::asio::awaitable;

const test::Templates kTemplates = {
    {"add", "INSERT INTO begun (n) VALUES ({{ n }})"},
    {"count", "SELECT count(*) FROM begun"},
    {"numbers", "SELECT generate_series(1, 100)"},
    {"pid", "SELECT pg_backend_pid()"},
    {"change", "SELECT set_config('app.tenant', 'another', false), pg_sleep(0.05)::text"}};

/// One connection, to a database in which nothing can be undone that a borrower leaves.
class AsyncUnbegunTest : public test::AsyncTest {
 protected:
  static void SetUpTestSuite() { database.emplace(); }
  static void TearDownTestSuite() { database.reset(); }

  void SetUp() override { database->admin().run_script("TRUNCATE begun"); }

  /// Lets `call` wait for a connection, which it gets from one who has changed its settings.
  void behind_another(const std::function<awaitable<void>()>& call) {
    run([this, &call]() -> awaitable<void> {
      before_ = co_await db.query_one<std::int32_t>("pid");
      co_await (change() && call());
      after_ = co_await db.query_one<std::int32_t>("pid");
    });
    EXPECT_NE(before_, after_) << "the session could not be cleaned";
  }
  awaitable<void> change() { co_await db.execute("change"); }
  [[nodiscard]] std::int64_t count() {
    std::int64_t found = 0;
    run([&]() -> awaitable<void> { found = co_await db.query_one<std::int64_t>("count"); });
    return found;
  }
  awaitable<void> add(int n) { co_await db.execute("add", args("n", n)); }

  static inline std::optional<test::StrictDatabase> database;
  ClientSettings client_settings() {
    ClientSettings settings;
    settings.connection = database->plain();
    settings.pool.max_size = 1;
    settings.pool.hooks.before_acquire = [this](const pg::PooledSession&) {
      ++acquired;
      return true;
    };
    settings.loader = std::make_shared<jinja::MapLoader>(kTemplates);
    return settings;
  }

  int acquired = 0;
  AsyncClient db{io, client_settings()};

 private:
  std::int32_t before_ = 0;
  std::int32_t after_ = 0;
};

TEST_F(AsyncUnbegunTest, ACallIs) {
  behind_another([this] { return add(1); });
  EXPECT_EQ(acquired, 5) << "the first time with what had to be undone";
  EXPECT_EQ(count(), 1);
}

TEST_F(AsyncUnbegunTest, CallsThatShareAPacketAre) {
  behind_another([this]() -> awaitable<void> { co_await (add(1) && add(2) && add(3)); });
  EXPECT_EQ(count(), 3);
}

TEST_F(AsyncUnbegunTest, ACallWithSettingsIs) {
  const AsyncClient with_settings = db.with({.settings = {{"app.user", "7"}}});
  behind_another([&]() -> awaitable<void> { co_await with_settings.execute("add", args("n", 1)); });
  EXPECT_EQ(count(), 1);
}

TEST_F(AsyncUnbegunTest, ABatchIs) {
  for (const bool each : {false, true}) {
    AsyncBatch batch = db.batch();
    const auto first = batch.execute("add", args("n", each ? 1 : 2));
    const auto second = batch.query_one<std::int64_t>("count");
    behind_another([&]() -> awaitable<void> {
      if (each) {
        co_await batch.run_each();
      } else {
        co_await batch.run();
      }
    });
    EXPECT_EQ(first.get(), 1);
    EXPECT_EQ(second.get(), each ? 2 : 1);
  }
}

TEST_F(AsyncUnbegunTest, TheBeginningOfATransactionIs) {
  behind_another([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    co_await tx.execute("add", args("n", 1));
    co_await tx.execute("add", args("n", 2));
    co_await tx.commit();
  });
  EXPECT_EQ(count(), 2);
}

TEST_F(AsyncUnbegunTest, AStreamIs) {
  std::int64_t sum = 0;
  behind_another([&]() -> awaitable<void> {
    auto rows = db.stream<std::int32_t>("numbers");
    while (const auto n = co_await rows.next()) sum += *n;
  });
  EXPECT_EQ(sum, 5050);
}

TEST_F(AsyncUnbegunTest, ATransactionWhoseSessionHasEndedMeanwhileIs) {
  Client admin = test::client_with({{"end", "SELECT pg_terminate_backend({{ pid }}, 10000)"}});
  run([&]() -> awaitable<void> {
    const std::int32_t pid = co_await db.query_one<std::int32_t>("pid");
    AsyncTransaction tx = co_await db.begin();
    EXPECT_TRUE(admin.query_one<bool>("end", args("pid", pid)));
    co_await tx.execute("add", args("n", 1));
    const std::int32_t other = co_await tx.query_one<std::int32_t>("pid");
    EXPECT_NE(other, pid);
    co_await tx.commit();
  });
  EXPECT_EQ(count(), 1);
}

TEST_F(AsyncUnbegunTest, WhatCannotBeginAnywhereSaysWhy) {
  Client admin = test::client_with({{"end", "SELECT pg_terminate_backend({{ pid }}, 10000)"}});
  std::string report;
  std::string later;
  run([&]() -> awaitable<void> {
    const std::int32_t pid = co_await db.query_one<std::int32_t>("pid");
    AsyncTransaction tx = co_await db.begin();
    admin.run_script("ALTER ROLE plain NOLOGIN");
    EXPECT_TRUE(admin.query_one<bool>("end", args("pid", pid)));
    try {
      co_await tx.execute("add", args("n", 1));
    } catch (const Error& error) {
      report = error.what();
    }
    try {
      co_await tx.execute("add", args("n", 1));
    } catch (const Error& error) {
      later = error.what();
    }
    co_await tx.rollback();
  });
  admin.run_script("ALTER ROLE plain LOGIN");
  EXPECT_NE(report.find("role \"plain\" is not permitted to log in"), std::string::npos) << report;
  EXPECT_NE(later.find("template \"add\""), std::string::npos) << later;
  EXPECT_EQ(count(), 0);
}

}  // namespace
}  // namespace pgjinja
