// Transactions nested in those of an AsyncClient.

#include "async/fixture.hpp"

#include <chrono>
#include <cstdint>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>

namespace pgjinja {
namespace {

using namespace std::chrono_literals;
using test::asio::awaitable;
namespace asio = boost::asio;

const test::Templates kTemplates = {
    {"add", "INSERT INTO async_nested VALUES ({{ n }})"},
    {"all", "SELECT coalesce(string_agg(n::text, ' ' ORDER BY n), '') FROM async_nested"},
    {"rows", "SELECT n FROM async_nested ORDER BY n"},
    {"breaks", "SELECT 1 / (1 - n) FROM async_nested ORDER BY n"},
    {"setting", "SELECT current_setting({{ name }})"},
    {"custom",
     "{#---\n@plan custom\n---#}\nSELECT current_setting('plan_cache_mode') || 1 / {{ n }}"},
    {"sleep", "SELECT pg_sleep({{ seconds }})::text"},
    {"pid", "SELECT pg_backend_pid()"},
    {"end", "SELECT pg_terminate_backend({{ pid }}, 5000)"},
    {"release", "RELEASE SAVEPOINT pgjinja_1"},
    {"commit", "COMMIT"},
    {"broken", "SELECT 1 / {{ n }}"}};

const std::string kEnded = "error[config]: this transaction has ended";
const std::string kNotEnded = "error[config]: a nested transaction has not ended";
const std::string kNotEndedHint =
    "\n  = hint: commit it, roll it back, or let it go out of scope first";
const std::string kStreamNotEnded = "error[config]: a stream of this transaction has not ended";
const std::string kFailedHint =
    "\n  = hint: roll back and begin anew; what may fail can run in a transaction of its own, "
    "which "
    "nested() gives";

std::string failed_in(const std::string& what) {
  return "error[config]: this transaction has failed in " + what +
         ", and nothing of it will be kept";
}

/// The report of the Error that it fails with; empty when it does not fail.
template <class T>
awaitable<std::string> report(awaitable<T> operation) {
  try {
    co_await std::move(operation);
  } catch (const Error& error) {
    co_return error.what();
  }
  co_return "";
}

class AsyncNestedTest : public test::AsyncTest {
 protected:
  AsyncClient db = client_with(kTemplates, 2);

  void SetUp() override {
    admin().run_script(
        "DROP TABLE IF EXISTS async_nested; CREATE TABLE async_nested (n int PRIMARY KEY)");
  }
  void TearDown() override { admin().run_script("DROP TABLE async_nested"); }
  static Client admin() { return test::client_with(kTemplates, 2); }

  static awaitable<std::int64_t> add(const AsyncExecutor& where, int n) {
    return where.execute("add", args("n", n));
  }
  static awaitable<std::string> notes(const AsyncExecutor& where) {
    return where.query_one<std::string>("all");
  }
  static std::string kept() { return admin().query_one<std::string>("all"); }
};

TEST_F(AsyncNestedTest, ConfinesErrors) {
  run([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    co_await add(tx, 1);
    {
      AsyncTransaction inner = co_await tx.nested();
      co_await add(inner, 2);
      const std::string broken = co_await report(inner.execute("broken", args("n", 0)));
      EXPECT_EQ(broken.substr(0, 20), "error[server 22012]:");
      EXPECT_EQ(co_await report(inner.commit()), failed_in("template \"broken\"") + kFailedHint);
      co_await inner.rollback();
    }
    {
      AsyncTransaction inner = co_await tx.nested();
      co_await add(inner, 3);
      AsyncTransaction innermost = co_await inner.nested();
      co_await add(innermost, 4);
      co_await innermost.rollback();
      EXPECT_EQ(co_await notes(inner), "1 3");
      co_await inner.commit();
    }
    co_await add(tx, 5);
    co_await tx.commit();
  });
  EXPECT_EQ(kept(), "1 3 5");
}

TEST_F(AsyncNestedTest, WhatTheOuterOneUndoesIsUndoneThatWasCommittedInIt) {
  run([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    AsyncTransaction inner = co_await tx.nested();
    AsyncTransaction innermost = co_await inner.nested();
    co_await add(innermost, 1);
    co_await innermost.commit();
    co_await inner.rollback();
    EXPECT_EQ(co_await notes(tx), "");
    co_await tx.commit();
  });
}

TEST_F(AsyncNestedTest, TheOuterOneWaitsForIt) {
  run([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    AsyncTransaction inner = co_await tx.nested();
    EXPECT_EQ(co_await report(add(tx, 1)),
              kNotEnded + "\n  = while executing add:1:1" + kNotEndedHint);
    EXPECT_EQ(co_await report(tx.commit()), kNotEnded + kNotEndedHint);
    EXPECT_EQ(co_await report(tx.nested()), kNotEnded + kNotEndedHint);
    co_await add(inner, 2);
    co_await tx.rollback();  // ends both
    EXPECT_EQ(co_await report(add(inner, 3)), kEnded + "\n  = while executing add:1:1");
    EXPECT_EQ(co_await report(inner.commit()), kEnded);
    EXPECT_EQ(co_await report(inner.nested()), kEnded);
    EXPECT_EQ(co_await report(inner.rollback()), kEnded);
  });
  EXPECT_EQ(kept(), "");
}

TEST_F(AsyncNestedTest, HasEndedBehindItsCommitAndItsRollback) {
  run([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    AsyncTransaction committed = co_await tx.nested();
    co_await committed.commit();
    AsyncTransaction undone = co_await tx.nested();
    EXPECT_EQ(co_await report(committed.commit()), kEnded);  // though one like it is open again
    co_await undone.rollback();
    EXPECT_EQ(co_await report(undone.commit()), kEnded);
    EXPECT_EQ(co_await report(undone.rollback()), kEnded);
    co_await tx.commit();
  });
  AsyncTransaction none;
  EXPECT_THROW(static_cast<void>(none.nested()), Error);
  EXPECT_THROW(
      static_cast<void>(none.transaction([](AsyncTransaction&) -> awaitable<void> { co_return; })),
      Error);
}

TEST_F(AsyncNestedTest, OneThatIsDestroyedIsRolledBackBeforeTheNextStatement) {
  run([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    std::future<std::int64_t> late;
    {
      AsyncTransaction inner = co_await tx.nested();
      co_await add(inner, 1);
      inner.execute("sleep", args("seconds", 0.03), asio::detached);
      late = inner.execute("add", args("n", 2), asio::use_future);  // begun before its end
    }
    EXPECT_EQ(co_await notes(tx), "");
    EXPECT_EQ(late.get(), 1);
    {
      AsyncTransaction inner = co_await tx.nested();
      co_await report(inner.execute("broken", args("n", 0)));
    }
    co_await add(tx, 3);
    co_await tx.commit();
  });
  EXPECT_EQ(kept(), "3");
}

TEST_F(AsyncNestedTest, IsRolledBackWithThoseInIt) {
  run([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    std::optional<AsyncTransaction> inner = co_await tx.nested();
    AsyncTransaction innermost = co_await inner->nested();
    co_await add(innermost, 1);
    co_await inner->rollback();
    const std::string ended = kEnded + "\n  = while executing add:1:1";
    EXPECT_EQ(co_await report(add(innermost, 2)), ended);
    inner = co_await tx.nested();
    AsyncTransaction another = co_await inner->nested();
    EXPECT_EQ(co_await report(add(innermost, 3)), ended);  // though one like it is open again
    co_await add(another, 4);
    inner.reset();
    EXPECT_EQ(co_await report(add(another, 5)), ended);
    co_await add(tx, 6);
    co_await tx.commit();
  });
  EXPECT_EQ(kept(), "6");
}

TEST_F(AsyncNestedTest, EndsWithTheOuterOne) {
  run([this]() -> awaitable<void> {
    std::optional<AsyncTransaction> tx = co_await db.begin();
    AsyncTransaction inner = co_await tx->nested();
    co_await add(inner, 1);
    auto last = inner.execute("add", args("n", 2), asio::use_future);
    tx.reset();
    EXPECT_EQ(co_await report(add(inner, 3)), kEnded + "\n  = while executing add:1:1");
    EXPECT_EQ(last.get(), 1);
    EXPECT_EQ(co_await report(inner.commit()), kEnded);
    // Its connection is free.
    AsyncTransaction first = co_await db.begin();
    AsyncTransaction second = co_await db.begin();
    EXPECT_EQ(co_await notes(first), "");
  });
  EXPECT_EQ(kept(), "");
}

TEST_F(AsyncNestedTest, OperationsAreExecutedInOrder) {
  run([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    tx.execute("sleep", args("seconds", 0.03), asio::detached);
    auto before = tx.execute("add", args("n", 1), asio::use_future);
    auto opening = tx.nested(asio::use_future);
    auto behind = tx.execute("add", args("n", 2), asio::use_future);
    EXPECT_EQ((co_await report(tx.commit())), kNotEnded + kNotEndedHint);
    EXPECT_EQ(before.get(), 1);
    EXPECT_THROW(behind.get(), Error);
    AsyncTransaction inner = opening.get();
    auto inside = inner.execute("add", args("n", 3), asio::use_future);
    auto end = inner.commit(asio::use_future);
    co_await add(tx, 4);
    EXPECT_EQ(inside.get(), 1);
    end.get();
    auto nobodys = tx.nested(asio::use_future);
    nobodys = {};  // rolls back as soon as it has begun
    co_await report(tx.execute("sleep", args("seconds", 0)));
    co_await tx.commit();
  });
  EXPECT_EQ(kept(), "1 3 4");
}

TEST_F(AsyncNestedTest, MayBeginTheTransaction) {
  const TransactionOptions options{.isolation = Isolation::Serializable,
                                   .settings = {{"app.user", "7"}}};
  const auto setting = [](AsyncTransaction& tx, const char* name) {
    return tx.query_one<std::string>("setting", args("name", name));
  };
  run([&]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin(options);
    AsyncTransaction inner = co_await tx.nested();
    EXPECT_EQ(co_await setting(inner, "app.user"), "7");
    EXPECT_EQ(co_await setting(inner, "transaction_isolation"), "serializable");
    co_await add(inner, 1);
    co_await inner.commit();
    co_await tx.commit();
  });
  const TransactionOptions wrong{.settings = {{"no_such", "x"}}};
  run([&]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin(wrong);
    EXPECT_EQ(co_await report(tx.nested()),
              "error[server 42704]: unrecognized configuration parameter \"no_such\"");
    EXPECT_EQ(co_await report(tx.commit()), failed_in("SAVEPOINT pgjinja_1") + kFailedHint);
  });
  EXPECT_EQ(kept(), "1");
}

TEST_F(AsyncNestedTest, StreamsInItAreOfTheTransaction) {
  run([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    AsyncTransaction inner = co_await tx.nested();
    for (const int n : {1, 2}) co_await add(inner, n);
    {
      auto rows = inner.stream<std::int32_t>("rows");
      EXPECT_EQ(*co_await rows.next(), 1);
      const std::string hint = "\n  = hint: take its rows to the last one, or destroy it, first";
      EXPECT_EQ(co_await report(inner.commit()), kStreamNotEnded + hint);
      EXPECT_EQ(co_await report(inner.rollback()), kStreamNotEnded + hint);
      EXPECT_EQ(co_await report(tx.commit()), kStreamNotEnded + hint);
    }
    co_await inner.commit();
    auto rows = inner.stream<std::int32_t>("rows");
    EXPECT_EQ(co_await report(rows.next()), kEnded + "\n  = while executing rows:1:1");
    co_await tx.commit();
  });
  EXPECT_EQ(kept(), "1 2");
}

TEST_F(AsyncNestedTest, ConfinesErrorsOfItsStreams) {
  run([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    for (const int n : {1, 2, 3}) co_await add(tx, n);
    AsyncTransaction inner = co_await tx.nested();
    auto rows = inner.stream<std::int32_t>("breaks");
    EXPECT_EQ((co_await report(rows.next())).substr(0, 20), "error[server 22012]:");
    EXPECT_EQ(co_await report(inner.commit()), failed_in("template \"breaks\"") + kFailedHint);
    co_await inner.rollback();
    co_await add(tx, 4);
    co_await tx.commit();
  });
  EXPECT_EQ(kept(), "1 2 3 4");
}

TEST_F(AsyncNestedTest, IsRolledBackWhenItsStreamHasEnded) {
  admin().run_script("INSERT INTO async_nested SELECT generate_series(1, 10)");
  const StreamOptions one_by_one{.fetch_size = 1};
  run([&]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    std::optional<AsyncTransaction> inner = co_await tx.nested();
    std::optional<AsyncTransaction> innermost = co_await inner->nested();
    co_await add(*innermost, 11);
    std::optional<AsyncStream<std::int32_t>> rows =
        innermost->stream<std::int32_t>("rows", {}, one_by_one);
    EXPECT_EQ(*co_await rows->next(), 1);
    innermost.reset();
    inner.reset();
    EXPECT_EQ((co_await report(add(tx, 12))).substr(0, 57), kStreamNotEnded);
    EXPECT_EQ(*co_await rows->next(), 2);
    rows.reset();
    co_await add(tx, 13);
    co_await tx.commit();
  });
  EXPECT_EQ(kept(), "1 2 3 4 5 6 7 8 9 10 13");
}

TEST_F(AsyncNestedTest, WhatIsCancelledInItCanBeUndone) {
  run([this]() -> awaitable<void> {
    using namespace asio::experimental::awaitable_operators;
    AsyncTransaction tx = co_await db.begin();
    co_await add(tx, 1);
    {
      AsyncTransaction inner = co_await tx.nested();
      asio::steady_timer timer(io, 30ms);
      const auto winner = co_await (inner.execute("sleep", args("seconds", 60)) ||
                                    timer.async_wait(asio::use_awaitable));
      EXPECT_EQ(winner.index(), 1U);
      EXPECT_EQ(co_await report(inner.commit()), failed_in("template \"sleep\"") + kFailedHint);
    }
    co_await add(tx, 2);
    // One that was cancelled before it began never was.
    tx.execute("sleep", args("seconds", 0.1), asio::detached);
    asio::steady_timer timer(io, 10ms);
    const auto winner = co_await (tx.nested() || timer.async_wait(asio::use_awaitable));
    EXPECT_EQ(winner.index(), 1U);
    co_await add(tx, 3);
    co_await tx.commit();
  });
  EXPECT_EQ(kept(), "1 2 3");
}

TEST_F(AsyncNestedTest, StatementsInItArePlannedAsTheirTemplatesSay) {
  run([this]() -> awaitable<void> {
    const Context mode = args("name", "plan_cache_mode");
    AsyncTransaction tx = co_await db.begin();
    {
      AsyncTransaction inner = co_await tx.nested();
      EXPECT_EQ(co_await inner.query_one<std::string>("custom", args("n", 1)),
                "force_custom_plan1");
      EXPECT_EQ(co_await inner.query_one<std::string>("setting", mode), "auto");
      EXPECT_EQ((co_await report(inner.execute("custom", args("n", 0)))).substr(0, 20),
                "error[server 22012]:");
    }
    EXPECT_EQ(co_await tx.query_one<std::string>("setting", mode), "auto");
    co_await tx.commit();
  });
}

TEST_F(AsyncNestedTest, ALostSessionIsToldToTheOuterOne) {
  const Client other = admin();
  const std::string blocking = [&] {
    Transaction tx = other.begin();
    Transaction inner = tx.nested();
    const auto pid = inner.query_one<std::int32_t>("pid");
    other.execute("end", {{"pid", pid}});
    inner.rollback();
    return blocking_report([&] { tx.commit(); });
  }();
  EXPECT_EQ(blocking, failed_in("ROLLBACK TO SAVEPOINT pgjinja_1") + kFailedHint);
  for (const bool known : {false, true}) {
    run([&]() -> awaitable<void> {
      AsyncTransaction tx = co_await db.begin();
      AsyncTransaction inner = co_await tx.nested();
      other.execute("end", args("pid", co_await inner.query_one<std::int32_t>("pid")));
      if (known) {
        EXPECT_EQ((co_await report(add(inner, 1))).substr(0, 17), "error[connection ");
      }
      EXPECT_EQ((co_await report(inner.rollback())).substr(0, 17),
                known ? "" : "error[connection ");
      EXPECT_EQ(co_await report(tx.commit()), blocking);
      EXPECT_EQ(co_await report(inner.commit()), kEnded);
    });
  }
}

TEST_F(AsyncNestedTest, ASavepointThatIsGoneFailsTheOuterOne) {
  run([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    {
      AsyncTransaction inner = co_await tx.nested();
      co_await inner.execute("release");
      EXPECT_EQ(co_await report(inner.commit()),
                "error[server 3B001]: savepoint \"pgjinja_1\" does not exist");
      EXPECT_EQ(co_await report(inner.commit()),
                failed_in("RELEASE SAVEPOINT pgjinja_1") + kFailedHint);
    }
    EXPECT_EQ(co_await report(tx.commit()),
              failed_in("ROLLBACK TO SAVEPOINT pgjinja_1") + kFailedHint);
  });
}

TEST_F(AsyncNestedTest, NoticesAStatementThatEndsAll) {
  run([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    AsyncTransaction inner = co_await tx.nested();
    EXPECT_NE((co_await report(inner.execute("commit")))
                  .find("the statement ended the transaction that it was executed in"),
              std::string::npos);
    EXPECT_EQ((co_await report(inner.rollback())).substr(0, 20), "error[server 25P01]:");
    EXPECT_EQ(co_await report(tx.commit()),
              failed_in("ROLLBACK TO SAVEPOINT pgjinja_1") + kFailedHint);
  });
}

TEST_F(AsyncNestedTest, RunsAFunction) {
  run([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    const auto seen =
        co_await tx.transaction([](AsyncTransaction& inner) -> awaitable<std::string> {
          co_await add(inner, 1);
          co_await inner.transaction(
              [](AsyncTransaction& innermost) -> awaitable<void> { co_await add(innermost, 2); });
          co_return co_await notes(inner);
        });
    EXPECT_EQ(seen, "1 2");
    EXPECT_EQ((co_await report(tx.transaction([](AsyncTransaction& inner) -> awaitable<void> {
                co_await add(inner, 3);
                co_await inner.execute("broken", args("n", 0));
              }))).substr(0, 20),
              "error[server 22012]:");
    bool passed = false;
    try {
      co_await tx.transaction([](AsyncTransaction& inner) -> awaitable<void> {
        co_await add(inner, 4);
        throw std::runtime_error("no");
      });
    } catch (const std::runtime_error&) {
      passed = true;
    }
    EXPECT_TRUE(passed);
    co_await add(tx, 5);
    co_await tx.commit();
  });
  EXPECT_EQ(kept(), "1 2 5");
}

}  // namespace
}  // namespace pgjinja
