// Notifications as asynchronous operations.

#include "async/fixture.hpp"

#include <chrono>
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

namespace pgjinja {
namespace {

using namespace std::chrono_literals;
using test::asio::awaitable;
namespace asio = boost::asio;

class AsyncListenerTest : public test::AsyncTest {
 protected:
  AsyncClient db =
      client_with({{"tell", "SELECT pg_notify({{ channel }}, {{ text }})"},
                   {"end",
                    "SELECT pg_terminate_backend(pid, 10000) FROM pg_sleep(0.2), pg_stat_activity "
                    "WHERE query LIKE 'LISTEN%'"
                    " AND pid <> pg_backend_pid() AND state = 'idle'"},
                   {"listeners",
                    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND"
                    " state = 'idle'"}});
  const std::vector<std::string> channels = {"orders", "Odd \"name\""};

  awaitable<void> tell(std::string channel, std::string text) {
    (void)co_await db.query("tell", args("channel", channel, "text", text));
  }
  static std::string text_of(const pg::Notification& news) {
    return news.channel + ": " + news.payload;
  }
};

TEST_F(AsyncListenerTest, TellsWhatIsNotifiedInOrder) {
  run([this]() -> awaitable<void> {
    AsyncListener listener = co_await db.listen(channels);
    co_await tell("orders", "1");
    co_await tell("Odd \"name\"", "");
    co_await tell("others", "not heard");
    co_await tell("orders", "2");
    EXPECT_EQ(text_of(co_await listener.next()), "orders: 1");
    EXPECT_EQ(text_of(co_await listener.next()), "Odd \"name\": ");
    EXPECT_EQ(text_of(co_await listener.next()), "orders: 2");
  });
}

TEST_F(AsyncListenerTest, WaitsWhileOthersWork) {
  run([this]() -> awaitable<void> {
    AsyncListener listener = co_await db.listen(channels);
    asio::co_spawn(
        co_await asio::this_coro::executor,
        [this]() -> awaitable<void> {
          asio::steady_timer timer(io, 30ms);
          co_await timer.async_wait(asio::use_awaitable);
          co_await tell("orders", "late");
        },
        asio::detached);
    EXPECT_EQ(text_of(co_await listener.next()), "orders: late");
  });
}

TEST_F(AsyncListenerTest, ACancelledWaitLosesNothing) {
  run([this]() -> awaitable<void> {
    AsyncListener listener = co_await db.listen(channels);
    for (int i = 0; i < 20; ++i) {
      asio::cancellation_signal signal;
      auto wait = listener.next(asio::bind_cancellation_slot(signal.slot(), asio::use_future));
      if (i % 2 == 1) co_await tell("orders", std::to_string(i));
      signal.emit(asio::cancellation_type::terminal);
      std::optional<std::string> heard;
      while (wait.wait_for(0s) != std::future_status::ready) {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
      }
      try {
        heard = text_of(wait.get());
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Cancelled) << error.what();
      }
      if (i % 2 == 0) {
        EXPECT_FALSE(heard) << "nothing was told";
      } else if (!heard) {
        heard = text_of(co_await listener.next());
      }
      if (i % 2 == 1) {
        EXPECT_EQ(heard, "orders: " + std::to_string(i));
      }
    }
  });
}

TEST_F(AsyncListenerTest, ALostSessionIsAnErrorForGood) {
  run([this]() -> awaitable<void> {
    AsyncListener listener = co_await db.listen(channels);
    co_await tell("orders", "before");
    (void)co_await db.query("end");
    EXPECT_EQ(text_of(co_await listener.next()), "orders: before") << "what had come is told";
    for (int i = 0; i < 2; ++i) {
      try {
        (void)co_await listener.next();
        ADD_FAILURE();
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Connection);
        EXPECT_EQ(error.sqlstate(), "57P01");
      }
    }
  });
}

TEST_F(AsyncListenerTest, WhatCannotBeIsSaid) {
  const std::vector<std::string> empty = {""};
  EXPECT_EQ(report_of([&]() -> awaitable<void> { (void)co_await db.listen(empty); }),
            "error[config]: a channel needs a name");
  EXPECT_EQ(report_of([&]() -> awaitable<void> {
              AsyncListener none;
              (void)co_await none.next();
            }),
            "error[config]: this listener has ended");
  EXPECT_EQ(report_of([&]() -> awaitable<void> {
              AsyncListener listener = co_await db.listen(channels);
              auto first = listener.next(asio::use_future);
              (void)co_await listener.next();
            }),
            "error[config]: a notification was asked for before the one before it came\n"
            "  = hint: await each next() before the next one");
}

TEST_F(AsyncListenerTest, ItsEndEndsTheSession) {
  std::future<pg::Notification> wait;
  run([&]() -> awaitable<void> {
    {
      AsyncListener listener = co_await db.listen(channels);
      AsyncListener moved = std::move(listener);
      wait = moved.next(asio::use_future);
      EXPECT_EQ(co_await db.query_one<std::int64_t>("listeners"), 1);
    }
    while (co_await db.query_one<std::int64_t>("listeners") > 0) {
    }
  });
  EXPECT_THROW(wait.get(), Error);
}

TEST_F(AsyncListenerTest, OpeningCanBeCancelled) {
  asio::cancellation_signal signal;
  auto opening = db.listen(channels, asio::bind_cancellation_slot(signal.slot(), asio::use_future));
  signal.emit(asio::cancellation_type::terminal);
  io.run();
  try {
    (void)opening.get();  // it may have been faster
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Cancelled);
  }
}

}  // namespace
}  // namespace pgjinja
