// Notifications and notices of a real server, and what sessions begin with.

#include "pg/server_fixture.hpp"

#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/listener.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace pgjinja::pg {
namespace {

using namespace std::chrono_literals;

CallLimits within(std::chrono::milliseconds time) {
  return {.deadline = std::chrono::steady_clock::now() + time};
}

class ListenerTest : public ServerFixture {
 protected:
  Connection connection{settings()};

  std::string next(Listener& listener) {
    const auto news = listener.next(within(10s));
    return news ? news->channel + ": " + news->payload : "none";
  }
};

TEST_F(ListenerTest, TellsWhatIsNotifiedInOrder) {
  Listener listener(settings(), {"orders", "Odd \"name\""});
  connection.run_script("NOTIFY orders, '1'; NOTIFY Orders, '2'; NOTIFY \"Odd \"\"name\"\"\"");
  const auto first = listener.next(within(10s));
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->channel, "orders");
  EXPECT_EQ(first->payload, "1");
  EXPECT_EQ(first->sender, connection.backend_pid());
  EXPECT_EQ(next(listener), "orders: 2");
  EXPECT_EQ(next(listener), "Odd \"name\": ");
  EXPECT_FALSE(listener.next(within(1ms)).has_value());
  EXPECT_FALSE(listener.next(within(-1s)).has_value());
}

TEST_F(ListenerTest, WaitsForAnotherSession) {
  Listener listener(settings(), {"orders"});
  std::jthread other([this] {
    std::this_thread::sleep_for(30ms);
    connection.run_script("NOTIFY orders, 'late'");
  });
  EXPECT_EQ(next(listener), "orders: late");
}

TEST_F(ListenerTest, ManyAtOnceAreAllTold) {
  Listener listener(settings(), {"orders"});
  connection.run_script(
      "SELECT pg_notify('orders', g || repeat('x', 7000)) FROM generate_series(1, 1000) g");
  for (int i = 1; i <= 1000; ++i) {
    const std::string news = next(listener);
    ASSERT_EQ(news.substr(0, news.find('x')), "orders: " + std::to_string(i));
  }
}

TEST_F(ListenerTest, ChannelsComeAndGo) {
  Listener listener(settings(), {});
  connection.run_script("NOTIFY a, 'nobody listens'");
  listener.listen("a");
  listener.listen("b");
  listener.unlisten("a");
  connection.run_script("NOTIFY a; NOTIFY b");
  EXPECT_EQ(next(listener), "b: ");
}

TEST_F(ListenerTest, WhatComesWithAnAnswerIsKept) {
  Listener listener(settings(), {"a"});
  for (int i = 0; i < 100; ++i) {
    connection.run_script("NOTIFY a, '" + std::to_string(i) + "'");
    listener.listen("b");
  }
  for (int i = 0; i < 100; ++i) EXPECT_EQ(next(listener), "a: " + std::to_string(i));
}

TEST_F(ListenerTest, AStopEndsTheWait) {
  Listener listener(settings(), {"orders"});
  std::stop_source source;
  std::jthread other([&] {
    std::this_thread::sleep_for(20ms);
    source.request_stop();
  });
  const Error error = error_of([&] { listener.next({.stop = source.get_token()}); });
  EXPECT_EQ(error.kind(), ErrorKind::Cancelled);
  connection.run_script("NOTIFY orders, 'still there'");
  EXPECT_EQ(next(listener), "orders: still there");
}

TEST_F(ListenerTest, ALostSessionIsAnError) {
  Listener listener(settings(), {"orders"});
  first_text(connection, "SELECT pg_terminate_backend($1::int)::text",
             {std::int64_t{listener.backend_pid()}});
  const Error error = error_of([&] { listener.next(within(10s)); });
  EXPECT_EQ(error.kind(), ErrorKind::Connection);
  EXPECT_EQ(error.sqlstate(), "57P01");
  EXPECT_FALSE(listener.usable());
  EXPECT_EQ(error_of([&] { listener.next(within(1ms)); }).message(),
            "this connection was lost earlier");
}

TEST_F(ListenerTest, AChannelNeedsAName) {
  EXPECT_EQ(error_of([] { Listener(settings(), {""}); }).message(), "a channel needs a name");
  EXPECT_EQ(error_of([] { Listener(settings(), {std::string(64, 'c')}); }).message(),
            "a channel's name has 64 bytes");
  Listener longest(settings(), {std::string(63, 'c')});
  connection.run_script("NOTIFY " + std::string(63, 'c') + ", 'heard'");
  EXPECT_EQ(next(longest), std::string(63, 'c') + ": heard");
}

TEST_F(ListenerTest, OtherConnectionsDropWhatIsNotified) {
  connection.run_script("LISTEN orders; NOTIFY orders");
  EXPECT_EQ(first_text(connection, "SELECT 'fine'"), "fine");
}

TEST_F(ListenerTest, NoticesGoToTheirHandler) {
  std::vector<Notice> notices;
  Settings telling = settings();
  telling.notice_handler = [&](const Notice& notice) { notices.push_back(notice); };
  Connection talkative(telling);
  talkative.run_script(
      "DO $$ BEGIN RAISE WARNING 'careful' USING ERRCODE = '01P01', DETAIL = 'why', HINT = 'how';"
      " RAISE NOTICE 'by the way'; END $$");
  ASSERT_EQ(notices.size(), 2U);
  EXPECT_EQ(notices[0].severity, "WARNING");
  EXPECT_EQ(notices[0].sqlstate, "01P01");
  EXPECT_EQ(notices[0].message, "careful");
  EXPECT_EQ(notices[0].detail, "why");
  EXPECT_EQ(notices[0].hint, "how");
  EXPECT_NE(notices[0].context.find("inline_code_block"), std::string::npos);
  EXPECT_EQ(notices[1].message, "by the way");
}

TEST_F(ListenerTest, SessionsBeginWithTheirSettings) {
  Settings special = settings();
  special.session = {{"application_name", "reports"},
                     {"search_path", "\"odd \\ name\", \"$user\""},
                     {"work_mem", "5MB"}};
  Connection session(special);
  EXPECT_EQ(first_text(session, "SHOW application_name"), "reports");
  EXPECT_EQ(first_text(session, "SHOW work_mem"), "5MB");
  EXPECT_EQ(first_text(session, "SELECT current_setting('search_path')"),
            "\"odd \\ name\", \"$user\"");
  session.run_script("SET work_mem = '6MB'; RESET ALL");
  EXPECT_EQ(first_text(session, "SHOW work_mem"), "5MB");
  special.session = {{"no such", "setting"}};
  EXPECT_EQ(error_of([&] { const Connection none(special); }).message(),
            "'no such' is no name of a session setting");
}

}  // namespace
}  // namespace pgjinja::pg
