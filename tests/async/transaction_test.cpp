#include "async/fixture.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>

namespace pgjinja {
namespace {

using namespace std::chrono_literals;
using test::asio::awaitable;
namespace asio = boost::asio;

class AsyncTransactionTest : public test::AsyncTest {
 protected:
  AsyncClient db = client_with(
      {{"add", "INSERT INTO async_notes VALUES ({{ n }})"},
       {"all", "SELECT coalesce(string_agg(n::text, ' ' ORDER BY n), '') FROM async_notes"},
       {"setting", "SELECT current_setting({{ name }})"},
       {"sleep", "SELECT pg_sleep({{ seconds }})::text"},
       {"commit", "COMMIT"},
       {"broken", "SELECT 1 / {{ n }}"}},
      2);

  void SetUp() override {
    admin().run_script(
        "DROP TABLE IF EXISTS async_notes; CREATE TABLE async_notes (n int PRIMARY KEY)");
  }
  void TearDown() override { admin().run_script("DROP TABLE async_notes"); }
  static Client admin() { return test::client_with({{"none", "SELECT 1"}}, 1); }

  awaitable<std::string> notes() { co_return co_await db.query_one<std::string>("all"); }
};

TEST_F(AsyncTransactionTest, KeepsWhatIsCommittedAndNothingElse) {
  run([this]() -> awaitable<void> {
    {
      AsyncTransaction tx = co_await db.begin();
      co_await tx.execute("add", args("n", 1));
      EXPECT_EQ(co_await tx.query_one<std::string>("all"), "1");
      EXPECT_EQ(co_await notes(), "");  // on another connection
      co_await tx.commit();
    }
    {
      AsyncTransaction tx = co_await db.begin();
      co_await tx.execute("add", args("n", 2));
      co_await tx.rollback();
    }
    {
      AsyncTransaction tx = co_await db.begin();
      co_await tx.execute("add", args("n", 3));
    }
    {
      AsyncTransaction nothing = co_await db.begin();
      co_await nothing.commit();
    }
    EXPECT_EQ(co_await notes(), "1");
  });
}

TEST_F(AsyncTransactionTest, BeginsAsItIsTold) {
  const TransactionOptions options{.isolation = Isolation::Serializable,
                                   .settings = {{"app.user", "7"}}};
  run([&]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin(options);
    EXPECT_EQ(co_await tx.query_one<std::string>("setting", args("name", "app.user")), "7");
    EXPECT_EQ(co_await tx.query_one<std::string>("setting", args("name", "transaction_isolation")),
              "serializable");
    co_await tx.commit();
  });
}

TEST_F(AsyncTransactionTest, OperationsAreExecutedInOrder) {
  run([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    auto first = tx.execute("sleep", args("seconds", 0.05), asio::use_future);
    auto second = tx.execute("add", args("n", 1), asio::use_future);
    auto third = tx.query_one<std::string>("all", {}, asio::use_future);
    co_await tx.commit();
    EXPECT_EQ(first.get(), 1);
    EXPECT_EQ(second.get(), 1);
    EXPECT_EQ(third.get(), "1");
  });
}

TEST_F(AsyncTransactionTest, ExecutesNothingAfterAnErrorOfTheServer) {
  std::optional<AsyncTransaction> tx;
  EXPECT_TRUE(report_of([&]() -> awaitable<void> {
                tx = co_await db.begin();
                co_await tx->execute("add", args("n", 1));
                co_await tx->execute("broken", args("n", 0));
              }).starts_with("error[server 22012]: division by zero"));
  EXPECT_EQ(
      report_of([&]() -> awaitable<void> { co_await tx->commit(); }),
      "error[config]: this transaction has failed in template \"broken\", and nothing of it "
      "will be kept\n"
      "  = hint: roll back and begin anew; what may fail can run in a transaction of its own, "
      "which nested() gives");
  run([&]() -> awaitable<void> {
    co_await tx->rollback();
    EXPECT_EQ(co_await notes(), "");
  });
  EXPECT_EQ(report_of([&]() -> awaitable<void> { co_await tx->execute("broken", args("n", 1)); }),
            "error[config]: this transaction has ended\n"
            "  = while executing broken:1:1");
}

TEST_F(AsyncTransactionTest, WhatCannotBeRenderedSpoilsNothing) {
  run([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    for (const Context& bad : {Context(), Context{{"n", std::string("\xFF", 1)}}}) {
      bool failed = false;
      try {
        co_await tx.execute("add", bad);
      } catch (const Error&) {
        failed = true;
      }
      EXPECT_TRUE(failed);
    }
    co_await tx.execute("add", args("n", 4));
    co_await tx.commit();
    EXPECT_EQ(co_await notes(), "4");
  });
}

TEST_F(AsyncTransactionTest, NoticesAStatementThatEndsIt) {
  EXPECT_NE(report_of([&]() -> awaitable<void> {
              AsyncTransaction tx = co_await db.begin();
              co_await tx.execute("add", args("n", 1));
              co_await tx.execute("commit");
            }).find("the statement ended the transaction that it was executed in"),
            std::string::npos);
}

TEST_F(AsyncTransactionTest, ACancelledStatementFailsIt) {
  run([this]() -> awaitable<void> {
    using namespace asio::experimental::awaitable_operators;
    AsyncTransaction tx = co_await db.begin();
    co_await tx.execute("add", args("n", 1));
    asio::steady_timer timer(io, 30ms);
    const auto winner = co_await (tx.execute("sleep", args("seconds", 60)) ||
                                  timer.async_wait(asio::use_awaitable));
    EXPECT_EQ(winner.index(), 1U);
    bool failed = false;
    try {
      co_await tx.commit();
    } catch (const Error&) {
      failed = true;
    }
    EXPECT_TRUE(failed);
  });
  run([this]() -> awaitable<void> { EXPECT_EQ(co_await notes(), ""); });
}

TEST_F(AsyncTransactionTest, RunsAFunctionAndRepeatsWhatCollided) {
  admin().run_script("INSERT INTO async_notes VALUES (1)");
  int runs = 0;
  run([&]() -> awaitable<void> {
    const auto body = [&](AsyncTransaction& tx) -> awaitable<std::string> {
      ++runs;
      const auto seen = co_await tx.query_one<std::string>("all");
      // Another one changes what this one has read, the first time.
      if (runs == 1)
        admin().run_script(
            "BEGIN ISOLATION LEVEL SERIALIZABLE;"
            "SELECT * FROM async_notes;"
            "INSERT INTO async_notes VALUES (2); COMMIT");
      co_await tx.execute("add", args("n", 10 + runs));
      co_return seen;
    };
    const std::string seen = co_await db.transaction(body, {.isolation = Isolation::Serializable},
                                                     {.attempts = 3, .first_wait = 1ms});
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(seen, "1 2");
    EXPECT_EQ(co_await notes(), "1 2 12");
  });
  EXPECT_NE(report_of([&]() -> awaitable<void> {
              co_await db.transaction([](AsyncTransaction& tx) -> awaitable<void> {
                co_await tx.execute("broken", args("n", 0));
              });
            }).find("division by zero"),
            std::string::npos);
}

TEST_F(AsyncTransactionTest, OneThatWasMovedFromHasEnded) {
  run([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    AsyncTransaction other = std::move(tx);
    co_await other.execute("add", args("n", 1));
    co_await other.commit();
  });
  AsyncTransaction none;
  EXPECT_THROW(static_cast<void>(none.commit()), Error);
  EXPECT_THROW(static_cast<void>(none.execute("commit")), Error);
}

}  // namespace
}  // namespace pgjinja
