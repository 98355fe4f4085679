// Rows that come as coroutines ask for them.

#include "async/fixture.hpp"
#include "client/timeless.hpp"

#include <atomic>
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

namespace pgjinja {
namespace {

using namespace std::chrono_literals;
using test::asio::awaitable;
namespace asio = boost::asio;

struct Row {
  std::int64_t n;
  std::optional<std::string> word;
};

const test::Templates kTemplates = {
    {"rows",
     "SELECT g AS n, CASE WHEN g % 3 <> 0 THEN repeat('x', g::int % 7) END AS word\n"
     "FROM generate_series(1, {{ count }}::bigint) g"},
    {"wide", "SELECT g, repeat('x', 1000) FROM generate_series(1, {{ count }}::bigint) g"},
    {"long", "SELECT repeat('x', {{ length }}::int) FROM generate_series(1, 80)"},
    {"bools", "SELECT g % 2 = 0 FROM generate_series(1, 5) g"},
    {"breaks", "SELECT 10 / (5 - g) AS n, 'w' AS word\nFROM generate_series(1::bigint, 9) g"},
    {"slow",
     "SELECT g AS n, pg_sleep(CASE WHEN g > 3 THEN 60 END)::text AS word\n"
     "FROM generate_series(1::bigint, 9) g"},
    {"add", "INSERT INTO async_streamed VALUES ({{ n }})"},
    {"added", "SELECT count(*) FROM async_streamed"},
    {"add all", "INSERT INTO async_streamed SELECT generate_series(1, 5) RETURNING n"},
    {"copy", "COPY async_streamed TO STDOUT"},
    {"begin", "BEGIN"},
    {"commit", "COMMIT"},
    {"pid", "SELECT pg_backend_pid()"}};

class AsyncStreamTest : public test::AsyncTest {
 protected:
  AsyncClient db = client_with(kTemplates);
  Client other = test::client_with(
      {{"state", "SELECT coalesce(wait_event, '') FROM pg_stat_activity WHERE pid = {{ pid }}"},
       {"end", "SELECT pg_terminate_backend({{ pid }})"}},
      1);

  void SetUp() override {
    other.run_script("DROP TABLE IF EXISTS async_streamed; CREATE TABLE async_streamed (n bigint)");
  }
  void TearDown() override { other.run_script("DROP TABLE async_streamed"); }

  awaitable<std::int32_t> pid() { co_return co_await db.query_one<std::int32_t>("pid"); }
  awaitable<void> expect_free(std::int32_t expected) {
    const std::int32_t now = co_await pid();
    EXPECT_EQ(now, expected);
  }
  static awaitable<std::int64_t> drain(AsyncStream<Row> stream) {
    std::int64_t rows = 0;
    while (const Row* row = co_await stream.next()) rows += row->n >= 0 ? 1 : 0;
    co_return rows;
  }
  awaitable<void> wait(std::chrono::milliseconds time) {
    asio::steady_timer timer(io, time);
    co_await timer.async_wait(asio::use_awaitable);
  }
  std::string state_of(std::int32_t pid) {
    return other.query_one<std::string>("state", {{"pid", pid}});
  }
  /// Until the server has come to this state: it may take its time.
  awaitable<bool> comes_to(std::int32_t pid, std::string state) {
    for (int i = 0; i < 400; ++i) {
      if (state_of(pid) == state) co_return true;
      co_await wait(5ms);
    }
    co_return false;
  }
};

TEST_F(AsyncStreamTest, GivesEachRowOnceInOrder) {
  run([this]() -> awaitable<void> {
    const std::int32_t first = co_await pid();
    for (const std::int64_t count : {0, 1, 999, 1000, 1001, 20'000}) {
      for (const std::uint32_t size : {0U, 1U, 7U, 1000U}) {
        if (size == 1 && count > 2000) continue;
        const Context arguments = args("count", count);
        const StreamOptions options{.fetch_size = size};
        AsyncStream<Row> stream = db.stream<Row>("rows", arguments, options);
        std::int64_t n = 0;
        bool right = true;
        while (const Row* row = co_await stream.next()) {
          ++n;
          const auto length = static_cast<std::size_t>(n % 7);
          right = right && row->n == n && row->word.has_value() == (n % 3 != 0) &&
                  row->word.value_or(std::string(length, 'x')) == std::string(length, 'x');
        }
        EXPECT_TRUE(right);
        EXPECT_EQ(n, count);
        EXPECT_EQ(co_await stream.next(), nullptr);  // the end stays the end
        co_await expect_free(first);                 // although the stream is still there
      }
    }
  });
}

// Eight of these rows fill the buffer that they are received in, so that the end of their portion
// comes behind them, by itself.
TEST_F(AsyncStreamTest, APortionThatEndsWithoutARowIsNotTheEnd) {
  const Context length = args("length", 8192 - 11);
  AsyncStream<std::string> stream = db.stream<std::string>("long", length, {.fetch_size = 8});
  int rows = 0;
  for (const std::string* text = nullptr; rows == 0 || text != nullptr; ++rows) {
    auto row = stream.next(asio::use_future);
    io.restart();
    io.poll();  // perhaps sends for more, all of which is there when it is read
    if (rows % 8 == 0) std::this_thread::sleep_for(20ms);
    io.run();
    text = row.get();
  }
  EXPECT_EQ(rows, 81);
}

TEST_F(AsyncStreamTest, SendsNothingBeforeTheFirstRowIsAskedFor) {
  run([this]() -> awaitable<void> {
    const std::int32_t first = co_await pid();
    {
      const AsyncStream<std::int64_t> never = db.stream<std::int64_t>("add all");
      co_await expect_free(first);
    }
    EXPECT_EQ(co_await db.query_one<std::int64_t>("added"), 0);
    AsyncStream<std::int64_t> rows = db.stream<std::int64_t>("add all");
    EXPECT_EQ(*co_await rows.next(), 1);
    while (co_await rows.next() != nullptr) continue;
    EXPECT_EQ(co_await db.query_one<std::int64_t>("added"), 5);
  });
}

TEST_F(AsyncStreamTest, LeftInTheMidstItGivesItsConnectionBack) {
  run([this]() -> awaitable<void> {
    const std::int32_t first = co_await pid();
    const Context arguments = args("count", 5'000'000);
    for (const std::uint32_t size : {0U, 10U, 1000U}) {
      const StreamOptions options{.fetch_size = size};
      {
        AsyncStream<Row> stream = db.stream<Row>("rows", arguments, options);
        for (std::int64_t n = 1; n <= 25; ++n) EXPECT_EQ((co_await stream.next())->n, n);
      }
      co_await expect_free(first);
    }
  });
}

TEST_F(AsyncStreamTest, WhileNobodyAsksTheServerWaits) {
  run([this]() -> awaitable<void> {
    const std::int32_t first = co_await pid();
    const Context arguments = args("count", 1'000'000);
    using Wide = std::pair<std::int64_t, std::string>;
    const StreamOptions all{.fetch_size = 0};
    const StreamOptions some{.fetch_size = 100};
    {
      AsyncStream<Wide> stream = db.stream<Wide>("wide", arguments, all);
      EXPECT_EQ((co_await stream.next())->first, 1);
      EXPECT_TRUE(co_await comes_to(first, "ClientWrite"));  // the socket is full
      EXPECT_EQ((co_await stream.next())->first, 2);
    }
    co_await expect_free(first);
    AsyncStream<Wide> stream = db.stream<Wide>("wide", arguments, some);
    EXPECT_EQ((co_await stream.next())->first, 1);
    EXPECT_TRUE(co_await comes_to(first, "ClientRead"));  // the portion was computed
  });
}

TEST_F(AsyncStreamTest, AnErrorMidwayIsOneForAllWhoAskThen) {
  run([this]() -> awaitable<void> {
    const std::int32_t first = co_await pid();
    for (const std::uint32_t size : {0U, 2U, 1000U}) {
      const StreamOptions options{.fetch_size = size};
      AsyncStream<Row> stream = db.stream<Row>("breaks", {}, options);
      std::string reports;
      for (int i = 0; i < 20; ++i) {
        try {
          if (co_await stream.next() == nullptr) break;
        } catch (const Error& error) {
          reports += error.what();
          if (i > 12) break;
        }
      }
      const std::string expected =
          "error[server 22012]: division by zero\n"
          "  = while executing breaks:1:1";
      EXPECT_TRUE(reports.starts_with(expected + expected)) << reports;
      co_await expect_free(first);
    }
  });
}

TEST_F(AsyncStreamTest, FailuresAreThoseOfAClient) {
  const Client blocking = test::client_with(kTemplates, 1);
  other.run_script("INSERT INTO async_streamed VALUES (1)");
  const auto expected = [&](const char* name, const Context& arguments) {
    return blocking_report([&] {
      for (const std::string& text : blocking.stream<std::string>(name, arguments)) {
        ADD_FAILURE() << text;
      }
    });
  };
  const Context bad{{"n", std::string("\xFF", 1)}};
  for (const char* name : {"pid", "missing", "rows", "copy", "begin", "add"}) {
    const std::string report = report_of([&]() -> awaitable<void> {
      auto stream = db.stream<std::string>(name, bad);  // rendered now, and no failure yet
      co_await stream.next();
    });
    EXPECT_NE(report, "");
    EXPECT_EQ(report, expected(name, bad));
  }
  run([this]() -> awaitable<void> { co_await pid(); });
}

TEST_F(AsyncStreamTest, ALostConnectionIsNoEnd) {
  run([this]() -> awaitable<void> {
    const std::int32_t first = co_await pid();
    const Context arguments = args("count", 1'000'000);
    for (const std::uint32_t size : {0U, 1000U}) {
      const StreamOptions options{.fetch_size = size};
      const std::int32_t now = co_await pid();
      AsyncStream<Row> stream = db.stream<Row>("rows", arguments, options);
      EXPECT_EQ((co_await stream.next())->n, 1);
      EXPECT_EQ(other.execute("end", {{"pid", now}}), 1);
      std::int64_t rows = 1;
      std::optional<Error> lost;
      try {
        while (co_await stream.next() != nullptr) ++rows;
      } catch (const Error& error) {
        lost = error;
      }
      EXPECT_TRUE(lost.has_value()) << rows;
      EXPECT_LT(rows, 1'000'000);
    }
    EXPECT_NE(co_await pid(), first);
  });
}

TEST_F(AsyncStreamTest, LimitsAreThoseOfEachWait) {
  run([this]() -> awaitable<void> {
    const std::int32_t first = co_await pid();
    const AsyncClient hasty = db.with({.timeout = 50ms});
    for (const std::uint32_t size : {0U, 3U}) {
      const StreamOptions options{.fetch_size = size};
      AsyncStream<Row> stream = hasty.stream<Row>("slow", {}, options);
      std::string report;
      try {
        while (co_await stream.next() != nullptr) co_await wait(size == 0 ? 1ms : 40ms);
      } catch (const Error& error) {
        report = error.what();
      }
      EXPECT_TRUE(report.starts_with("error[timeout 57014]: the statement was cancelled"))
          << report;
      EXPECT_NE(report.find("when the call's timeout had passed"), std::string::npos) << report;
      co_await expect_free(first);
    }
  });
}

TEST_F(AsyncStreamTest, ASlotCancelsItAndThatIsItsEnd) {
  run([this]() -> awaitable<void> {
    using namespace asio::experimental::awaitable_operators;
    const std::int32_t first = co_await pid();
    for (const std::uint32_t size : {0U, 1U}) {
      const StreamOptions options{.fetch_size = size};
      AsyncStream<Row> stream = db.stream<Row>("slow", {}, options);
      bool timed_out = false;
      while (!timed_out) {
        const auto winner = co_await (stream.next() || wait(50ms));
        timed_out = winner.index() == 1;
      }
      std::optional<Error> error;
      try {
        co_await stream.next();
      } catch (const Error& thrown) {
        error = thrown;
      }
      EXPECT_EQ(error ? error->kind() : ErrorKind::Runtime, ErrorKind::Cancelled)
          << (error ? error->what() : "");
      co_await expect_free(first);
    }
  });
}

TEST_F(AsyncStreamTest, WaitsForAConnectionAsOthersDo) {
  AsyncClient one = client_with(kTemplates, 1, 30ms);
  warm(one, "rows", args("count", 1));
  run([&]() -> awaitable<void> {
    using namespace asio::experimental::awaitable_operators;
    const Context arguments = args("count", 1'000'000);
    AsyncStream<Row> holder = one.stream<Row>("rows", arguments);
    EXPECT_EQ((co_await holder.next())->n, 1);
    AsyncStream<Row> late = one.stream<Row>("rows", arguments);
    for (int i = 0; i < 2; ++i) {
      std::string report;
      try {
        co_await late.next();
      } catch (const Error& error) {
        report = error.what();
      }
      EXPECT_EQ(test::timeless(report),
                "error[timeout]: no connection became free until the pool's acquire_timeout of 30 "
                "ms had passed: all 1 are lent\n"
                "  = while executing rows:1:1\n"
                "  = detail: lent longest: 'transaction' for N ms\n"
                "  = hint: give connections back sooner, or raise max_size");
    }
    AsyncStream<Row> cancelled = one.stream<Row>("rows", arguments);
    const auto winner = co_await (cancelled.next() || wait(5ms));
    EXPECT_EQ(winner.index(), 1U);
    EXPECT_EQ((co_await holder.next())->n, 2);
  });
}

TEST_F(AsyncStreamTest, TakesAnyCompletionToken) {
  std::int64_t called = 0;
  const Context arguments = args("count", 3);
  AsyncStream<Row> stream = db.stream<Row>("rows", arguments);
  const auto expect_called = [&](const std::exception_ptr& failure, Row* row) {
    EXPECT_EQ(failure, nullptr);
    ASSERT_NE(row, nullptr);
    called = row->n;
  };
  stream.next(expect_called);
  EXPECT_EQ(called, 0);  // never within the call
  io.run();
  EXPECT_EQ(called, 1);
  stream.next(expect_called);  // which has come with the first
  EXPECT_EQ(called, 1);
  io.restart();
  io.run();
  EXPECT_EQ(called, 2);
  auto third = stream.next(asio::use_future);
  auto deferred = stream.next(asio::deferred);
  io.restart();
  io.run();
  EXPECT_EQ(third.get()->n, 3);
  auto end = std::move(deferred)(asio::use_future);
  io.restart();
  io.run();
  EXPECT_EQ(end.get(), nullptr);
}

TEST_F(AsyncStreamTest, OneCallAtATime) {
  const Context arguments = args("count", 3);
  AsyncStream<Row> stream = db.stream<Row>("rows", arguments);
  auto first = stream.next(asio::use_future);
  auto second = stream.next(asio::use_future);
  io.run();
  EXPECT_EQ(first.get()->n, 1);
  EXPECT_TRUE(blocking_report([&] {
                second.get();
              }).starts_with("error[config]: a row of this stream was asked for before"));
  auto third = stream.next(asio::use_future);
  io.restart();
  io.run();
  EXPECT_EQ(third.get()->n, 2);
}

TEST_F(AsyncStreamTest, DestroyedWhileARowIsAwaitedItTellsSo) {
  auto stream = std::make_optional(db.stream<Row>("slow", {}, {.fetch_size = 4}));
  auto row = stream->next(asio::use_future);
  io.run_for(50ms);
  stream.reset();
  io.run();
  EXPECT_TRUE(blocking_report([&] { row.get(); }).starts_with("error[cancelled"));
  run([this]() -> awaitable<void> { co_await pid(); });
}

TEST_F(AsyncStreamTest, ARowThatIsCancelledBeforeItIsAskedForIsNot) {
  for (int use = 0; use < 2; ++use) {
    const Context arguments = args("count", 3);
    AsyncStream<Row> stream = db.stream<Row>("rows", arguments);
    asio::cancellation_signal signal;
    std::string report;
    stream.next(asio::bind_cancellation_slot(
        signal.slot(), [&](const std::exception_ptr& failure, const Row*) {
          report = blocking_report([&] { std::rethrow_exception(failure); });
        }));
    signal.emit(asio::cancellation_type::terminal);
    io.restart();
    io.run();
    EXPECT_TRUE(report.starts_with("error[cancelled]: the caller asked to stop")) << report;
    run([this]() -> awaitable<void> { co_await pid(); });
  }
}

TEST_F(AsyncStreamTest, OutlivesItsClient) {
  auto closing = std::make_optional(client_with(kTemplates));
  run([&]() -> awaitable<void> {
    const Context arguments = args("count", 100'000);
    AsyncStream<Row> stream = closing->stream<Row>("rows", arguments);
    AsyncStream<Row> unused = closing->stream<Row>("rows", arguments);
    EXPECT_EQ((co_await stream.next())->n, 1);
    closing.reset();
    std::int64_t rows = 1;
    while (co_await stream.next() != nullptr) ++rows;
    EXPECT_EQ(rows, 100'000);
    std::string report;
    try {
      co_await unused.next();
    } catch (const Error& error) {
      report = error.what();
    }
    EXPECT_TRUE(report.starts_with("error[config]: the client was closed")) << report;
  });
}

TEST_F(AsyncStreamTest, RowsMayBeMovedFromAndStreamsMoved) {
  run([this]() -> awaitable<void> {
    const Context arguments = args("count", 4);
    const StreamOptions options{.fetch_size = 2};
    AsyncStream<Row> first = db.stream<Row>("rows", arguments, options);
    std::vector<Row> rows;
    rows.push_back(std::move(*co_await first.next()));
    AsyncStream<Row> stream = std::move(first);
    while (Row* row = co_await stream.next()) rows.push_back(std::move(*row));
    EXPECT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows.back().word, "xxxx");
    EXPECT_THROW(static_cast<void>(first.next()), Error);
    stream = db.stream<Row>("rows", arguments, options);
    EXPECT_EQ((co_await stream.next())->n, 1);
    std::vector<bool> values;
    AsyncStream<bool> bools = db.with({}).stream<bool>("bools");
    stream = db.stream<Row>("rows", arguments, options);  // which ends the one before
    while (const bool* value = co_await bools.next()) values.push_back(*value);
    EXPECT_EQ(values.size(), 5U);
  });
}

TEST_F(AsyncStreamTest, CannotHaveSettings) {
  const AsyncClient user = db.with({.settings = {{"app.user", "7"}}});
  EXPECT_EQ(blocking_report([&] { static_cast<void>(user.stream<std::int32_t>("pid")); }),
            "error[config]: a stream cannot have the settings of CallOptions::settings\n"
            "  = hint: take it in a transaction, for all of which they hold");
}

TEST_F(AsyncStreamTest, InATransactionItIsPartOfIt) {
  run([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    const StreamOptions two{.fetch_size = 2};
    {
      // As the first statement it begins the transaction.
      AsyncStream<std::int64_t> rows = tx.stream<std::int64_t>("add all", {}, two);
      EXPECT_EQ(*co_await rows.next(), 1);
      std::string report;
      try {
        co_await tx.execute("added");
      } catch (const Error& error) {
        report = error.what();
      }
      EXPECT_EQ(report,
                "error[config]: a stream of this transaction has not ended\n"
                "  = while executing added:1:1\n"
                "  = hint: take its rows to the last one, or destroy it, first");
      EXPECT_EQ(*co_await rows.next(), 2);
    }
    // The stream's end is under way, and waited for.
    EXPECT_EQ(co_await tx.query_one<std::int64_t>("added"), 5);
    AsyncStream<std::int64_t> whole = tx.stream<std::int64_t>("add all", {}, two);
    std::int64_t sum = 0;
    while (const std::int64_t* n = co_await whole.next()) sum += *n;
    EXPECT_EQ(sum, 15);
    co_await tx.commit();
    EXPECT_EQ(co_await db.query_one<std::int64_t>("added"), 10);
  });
}

TEST_F(AsyncStreamTest, ATransactionIsRolledBackWhenItsStreamHasEnded) {
  run([this]() -> awaitable<void> {
    const std::int32_t first = co_await pid();
    const StreamOptions one{.fetch_size = 1};
    {
      std::optional<AsyncStream<std::int64_t>> rows;
      {
        AsyncTransaction tx = co_await db.begin();
        rows = tx.stream<std::int64_t>("add all", {}, one);
        EXPECT_EQ(*co_await rows->next(), 1);
      }
      EXPECT_EQ(*co_await rows->next(), 2);
    }
    EXPECT_EQ(co_await db.query_one<std::int64_t>("added"), 0);
    co_await expect_free(first);
  });
}

TEST_F(AsyncStreamTest, ItsErrorFailsItsTransaction) {
  std::optional<AsyncTransaction> tx;
  EXPECT_TRUE(report_of([&]() -> awaitable<void> {
                tx = co_await db.begin();
                co_await drain(tx->stream<Row>("breaks"));
              }).starts_with("error[server 22012]: division by zero"));
  EXPECT_EQ(
      report_of([&]() -> awaitable<void> { co_await tx->commit(); }),
      "error[config]: this transaction has failed in template \"breaks\", and nothing of it "
      "will be kept\n"
      "  = hint: roll back and begin anew; what may fail can run in a transaction of its own, "
      "which nested() gives");
  tx.reset();
  EXPECT_NE(report_of([&]() -> awaitable<void> {
              AsyncTransaction ended = co_await db.begin();
              co_await drain(ended.stream<Row>("commit"));
            }).find("the statement ended the transaction that it was executed in"),
            std::string::npos);
  const StreamOptions all{.fetch_size = 0};
  EXPECT_NE(report_of([&]() -> awaitable<void> {
              AsyncTransaction whole = co_await db.begin();
              co_await drain(whole.stream<Row>("breaks", {}, all));
            }).find("in a transaction, a stream needs a fetch_size"),
            std::string::npos);
  run([this]() -> awaitable<void> { co_await pid(); });
}

TEST_F(AsyncStreamTest, WhatCannotBeRenderedSpoilsNoTransaction) {
  run([this]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    bool failed = false;
    try {
      co_await drain(tx.stream<Row>("rows"));
    } catch (const Error&) {
      failed = true;
    }
    EXPECT_TRUE(failed);
    EXPECT_EQ(co_await tx.execute("add", args("n", 1)), 1);
    co_await tx.commit();
    EXPECT_EQ(co_await db.query_one<std::int64_t>("added"), 1);
  });
}

TEST_F(AsyncStreamTest, ManyOnAFewConnectionsAndThreads) {
  const AsyncClient three = client_with(kTemplates, 3);
  std::atomic<int> right = 0;
  for (int task = 0; task < 24; ++task) {
    asio::co_spawn(
        io,
        [&, task]() -> awaitable<void> {
          const Context arguments = args("count", 100 + task);
          const StreamOptions options{.fetch_size = static_cast<std::uint32_t>(task % 4) * 10};
          AsyncStream<Row> stream = three.stream<Row>("rows", arguments, options);
          std::int64_t n = 0;
          while (const Row* row = co_await stream.next()) {
            if (row->n != ++n) co_return;
            if (task % 5 == 0 && n == 50) break;
          }
          if (n == (task % 5 == 0 ? 50 : 100 + task)) ++right;
        },
        [](const std::exception_ptr& failure) { EXPECT_EQ(failure, nullptr); });
  }
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([this] { io.run(); });
  threads.clear();
  EXPECT_EQ(right, 24);
}

}  // namespace
}  // namespace pgjinja
