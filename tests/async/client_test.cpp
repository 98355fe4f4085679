#include "async/fixture.hpp"

#include <atomic>
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

namespace pgjinja {
namespace {

using test::asio::awaitable;
namespace asio = boost::asio;

struct City {
  std::int64_t id;
  std::optional<std::string> name;
};

const test::Templates kTemplates = {
    {"cities",
     "SELECT id::bigint, name FROM (VALUES (1, 'Oslo'), (2, NULL)) c(id, name)\n"
     "WHERE id <= {{ most }}"},
    {"fields", "SELECT {{ _model_fields_ }} FROM (VALUES (3::bigint, 'Bergen')) c(id, name)"},
    {"number", "SELECT {{ n }}::bigint"},
    {"broken", "SELECT 1 /\n  {{ n }}"},
    {"text", "SELECT repeat({{ text }}::text, {{ times }}::int)"},
    {"pid", "SELECT pg_backend_pid()"},
    {"kill", "SELECT pg_terminate_backend(pg_backend_pid())"},
    {"begin", "BEGIN"}};

class AsyncClientTest : public test::AsyncTest {
 protected:
  AsyncClient db = client_with(kTemplates);
};

TEST_F(AsyncClientTest, GivesWhatAClientGives) {
  run([this]() -> awaitable<void> {
    const auto cities = co_await db.query<City>("cities", args("most", 2));
    EXPECT_EQ(cities.size(), 2U);
    EXPECT_EQ(cities.at(0).name, "Oslo");
    EXPECT_EQ(cities.at(1).name, std::nullopt);
    EXPECT_EQ((co_await db.query_one<City>("fields")).id, 3);
    EXPECT_FALSE((co_await db.query_maybe<City>("cities", args("most", 0))).has_value());
    EXPECT_EQ((co_await db.query_maybe<City>("cities", args("most", 1)))->id, 1);
    EXPECT_EQ((co_await db.query("cities", args("most", 2))).size(), 2U);
    EXPECT_EQ(co_await db.execute("cities", args("most", 2)), 2);
  });
}

struct Named {
  std::int64_t cityId;
};

TEST_F(AsyncClientTest, NamesColumnsAsItsSettingsSay) {
  const test::Templates templates{
      {"fields", "SELECT {{ _model_fields_ }} FROM (VALUES (3::bigint)) c(city_id)"}};
  const AsyncClient named(io, {.connection = test::server().settings(),
                               .loader = std::make_shared<jinja::MapLoader>(templates),
                               .column_naming = snake_case});
  run([&]() -> awaitable<void> {
    EXPECT_EQ((co_await named.query_one<Named>("fields")).cityId, 3);
    AsyncTransaction tx = co_await named.begin();
    EXPECT_EQ((co_await tx.query_one<Named>("fields")).cityId, 3);
    co_await tx.commit();
  });
}

TEST_F(AsyncClientTest, TakesAnyCompletionToken) {
  std::int64_t called = 0;
  db.query_one<std::int64_t>("number", args("n", 1),
                             [&](const std::exception_ptr& failure, std::int64_t n) {
                               EXPECT_EQ(failure, nullptr);
                               called = n;
                             });
  auto future = db.query_one<std::int64_t>("number", args("n", 2), asio::use_future);
  auto deferred = db.query_one<std::int64_t>("number", args("n", 3), asio::deferred);
  EXPECT_EQ(called, 0);  // never within the call
  io.run();
  EXPECT_EQ(called, 1);
  EXPECT_EQ(future.get(), 2);
  run([&]() -> awaitable<void> {
    EXPECT_EQ(co_await std::move(deferred)(asio::use_awaitable), 3);
    EXPECT_EQ(co_await db.query_one<std::int64_t>("number", args("n", 4)), 4);
  });
}

TEST_F(AsyncClientTest, FailuresAreThoseOfAClient) {
  const Client blocking = test::client_with(kTemplates, 1);
  const Context zero{{"n", 0}};
  EXPECT_EQ(report_of([&]() -> awaitable<void> { co_await db.execute("broken", zero); }),
            blocking_report([&] { blocking.execute("broken", zero); }));
  EXPECT_EQ(report_of([&]() -> awaitable<void> { co_await db.execute("broken"); }),
            blocking_report([&] { blocking.execute("broken"); }));
  EXPECT_EQ(report_of([&]() -> awaitable<void> { co_await db.execute("missing"); }),
            blocking_report([&] { blocking.execute("missing"); }));
  EXPECT_EQ(
      report_of([&]() -> awaitable<void> { co_await db.query<std::string>("number", zero); }),
      blocking_report([&] { static_cast<void>(blocking.query<std::string>("number", zero)); }));
  EXPECT_EQ(report_of([&]() -> awaitable<void> {
              co_await db.query_one<City>("cities", args("most", 2));
            }),
            blocking_report(
                [&] { static_cast<void>(blocking.query_one<City>("cities", args("most", 2))); }));
  const Context bad{{"n", std::string("\xFF", 1)}};
  EXPECT_EQ(report_of([&]() -> awaitable<void> { co_await db.execute("number", bad); }),
            blocking_report([&] { blocking.execute("number", bad); }));
  EXPECT_EQ(report_of([&]() -> awaitable<void> { co_await db.execute("begin"); }),
            blocking_report([&] { blocking.execute("begin"); }));
  run([&]() -> awaitable<void> {
    EXPECT_EQ(co_await db.query_one<std::int64_t>("number", args("n", 5)), 5);
  });
}

TEST_F(AsyncClientTest, MoreCallersThanConnectionsAreServedInOrder) {
  std::vector<std::int64_t> order;
  for (std::int64_t i = 0; i < 100; ++i) {
    db.query_one<std::int64_t>("number", args("n", i),
                               [&order](const std::exception_ptr& failure, std::int64_t n) {
                                 EXPECT_EQ(failure, nullptr);
                                 order.push_back(n);
                               });
  }
  io.run();
  ASSERT_EQ(order.size(), 100U);
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], static_cast<std::int64_t>(i));
}

TEST_F(AsyncClientTest, CarriesWhatNoSocketTakesAtOnce) {
  run([this]() -> awaitable<void> {
    for (int use = 0; use < 2; ++use) {
      const std::string big(20'000'000, 'x');
      const auto text = co_await db.query_one<std::string>("text", args("text", big, "times", 2));
      EXPECT_EQ(text.size(), 40'000'000U);
    }
  });
}

TEST_F(AsyncClientTest, ALostConnectionIsAnErrorAndIsReplaced) {
  run([this]() -> awaitable<void> {
    const auto before = co_await db.query_one<std::int32_t>("pid");
    std::optional<Error> lost;
    try {
      co_await db.execute("kill");
    } catch (const Error& error) {
      lost = error;
    }
    EXPECT_EQ(lost ? lost->kind() : ErrorKind::Runtime, ErrorKind::Connection);
    const auto after = co_await db.query_one<std::int32_t>("pid");
    EXPECT_NE(before, after);
    // One that the server ends while it is idle is noticed before it is used.
    const Client other = test::client_with({{"end", "SELECT pg_terminate_backend({{ pid }})"}}, 1);
    other.execute("end", args("pid", after));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_NE(co_await db.query_one<std::int32_t>("pid"), after);
  });
}

TEST_F(AsyncClientTest, WhereNobodyListensEachCallIsToldSo) {
  AsyncClient nowhere(io, {.connection = {.keywords = {{"host", "/nowhere"}}},
                           .pool = {.max_size = 1},
                           .loader = std::make_shared<jinja::MapLoader>(kTemplates)});
  for (int i = 0; i < 2; ++i) {
    const std::string report =
        report_of([&]() -> awaitable<void> { co_await nowhere.execute("pid"); });
    EXPECT_TRUE(report.starts_with("error[connection")) << report;
    EXPECT_NE(report.find("= while executing pid:1:1"), std::string::npos) << report;
  }
}

TEST_F(AsyncClientTest, AClosedClientFailsWhatWaits) {
  asio::ip::tcp::acceptor silent(io, {asio::ip::make_address("127.0.0.1"), 0});  // accepts nobody
  const std::string port = std::to_string(silent.local_endpoint().port());
  auto closing = std::make_optional<AsyncClient>(
      io, ClientSettings{.connection = {.keywords = {{"host", "127.0.0.1"}, {"port", port}},
                                        .connect_timeout = std::chrono::seconds(2)},
                         .pool = {.max_size = 1},
                         .loader = std::make_shared<jinja::MapLoader>(kTemplates)});
  auto first = closing->query_one<std::int32_t>("pid", {}, asio::use_future);
  auto second = closing->query_one<std::int32_t>("pid", {}, asio::use_future);
  io.poll();  // both wait for the first connection
  closing.reset();
  io.run();
  for (auto* future : {&first, &second}) {
    try {
      future->get();
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.message(), "the client was closed while a connection was awaited");
    }
  }
}

TEST_F(AsyncClientTest, ManyThreadsMayRunTheLoopAndCallIt) {
  AsyncClient many = client_with(kTemplates, 4);
  std::atomic<int> right = 0;
  for (int task = 0; task < 40; ++task) {
    asio::co_spawn(
        io,
        [&, task]() -> awaitable<void> {
          for (int i = 0; i < 25; ++i) {
            const auto client = i % 2 == 0 ? many : many.with({.shared = true});
            const std::int64_t n = 1000 * task + i;
            if (co_await client.query_one<std::int64_t>("number", args("n", n)) == n) ++right;
          }
        },
        [](const std::exception_ptr& failure) { EXPECT_EQ(failure, nullptr); });
  }
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([this] { io.run(); });
  threads.clear();
  EXPECT_EQ(right, 1000);
}

TEST_F(AsyncClientTest, TheThreadThatBeganACallMayBeGone) {
  std::future<std::vector<City>> cities;
  std::jthread([&] {
    cities = db.query<City>("cities", args("most", 2), asio::use_future);
  }).join();
  io.run();
  EXPECT_EQ(cities.get().size(), 2U);
}

TEST_F(AsyncClientTest, NeedsAValidPool) {
  EXPECT_THROW(AsyncClient(io, {.pool = {.max_size = 0}}), Error);
}

}  // namespace
}  // namespace pgjinja
