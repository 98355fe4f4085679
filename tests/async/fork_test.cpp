// A program that forks, and goes on with its event loop in the child.

#include "async/fixture.hpp"
#include "pg/fault_proxy.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace pgjinja {
namespace {

using namespace std::chrono_literals;
using test::asio::awaitable;
namespace asio = boost::asio;

const test::Templates kTemplates = {
    {"one", "SELECT 1"}, {"two", "SELECT 2"}, {"gated", "SELECT pg_advisory_xact_lock(42)::text"}};
constexpr const char* kTold = "this pool was made before fork(), by the parent process";

class AsyncForkTest : public test::AsyncTest {
 protected:
  using Work = std::function<awaitable<void>()>;

  std::vector<std::string> reports;
  bool is_child = false;

  AsyncClient client_of(const pg::Settings& server, pg::PoolSettings pool) {
    return AsyncClient(io, {.connection = server,
                            .pool = std::move(pool),
                            .loader = std::make_shared<jinja::MapLoader>(kTemplates)});
  }
  /// Reports how it ends.
  void start(Work work) {
    const auto reported = [this, work = std::move(work)]() -> awaitable<void> {
      std::string report = "fine";
      try {
        co_await work();
      } catch (const Error& error) {
        report = error.message();
      }
      reports.push_back(std::move(report));
    };
    asio::co_spawn(io, reported, asio::detached);
  }
  void run_for(std::chrono::milliseconds time) {
    io.restart();
    io.run_for(time);
  }
  /// Whether a child that does that comes to its loop's end, all that it waits for being told.
  bool child_is_told(std::size_t times, const std::function<void()>& body) {
    io.notify_fork(asio::execution_context::fork_prepare);
    const pid_t child = ::fork();
    is_child = child == 0;
    if (is_child) {
      io.notify_fork(asio::execution_context::fork_child);
      body();
      run_for(20s);
      const bool all = reports == std::vector<std::string>(times, kTold);
      ::_exit(all && io.stopped() ? 7 : 1);
    }
    io.notify_fork(asio::execution_context::fork_parent);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 7;
  }
};

/// Nothing but the fork itself tells the child: the answer comes when it has ended.
class AsyncForkCallsTest : public AsyncForkTest {
 protected:
  const Client other = test::client_with(kTemplates);
  Transaction gate = other.begin();

  void SetUp() override { gate.execute("gated"); }
  void start_call(const AsyncClient& db, std::string name) {
    start([&db, name = std::move(name)]() -> awaitable<void> { co_await db.execute(name); });
  }
  /// Calls of which the first waits for an answer, and the second for a connection.
  void start_calls(const AsyncClient& db) {
    start_call(db, "gated");
    start_call(db, "one");
    run_for(100ms);
    EXPECT_TRUE(reports.empty());
  }
  void expect_fine(std::size_t times) {
    gate.rollback();
    run_for(20s);
    EXPECT_EQ(reports, std::vector<std::string>(times, "fine"));
  }
};

/// It neither asks anything by its parent's connections nor opens others in their place.
TEST_F(AsyncForkCallsTest, AChildIsToldAndLeavesTheParentAlone) {
  pg::PoolSettings pool{.max_size = 2, .min_size = 2};
  pool.hooks.on_event = [&](const pg::PoolEvent& event) {
    if (event.kind == pg::PoolEvent::Kind::Opened && is_child) reports.emplace_back("opened");
  };
  const AsyncClient db = client_of(test::patient_settings(), std::move(pool));
  std::optional<AsyncTransaction> tx;
  run([&]() -> awaitable<void> {
    tx = co_await db.begin();
    co_await tx->execute("one");
  });
  start_calls(db);
  EXPECT_TRUE(child_is_told(4, [&] {
    start_call(db, "one");
    start([&]() -> awaitable<void> { co_await tx->commit(); });
  }));
  start([&]() -> awaitable<void> {
    EXPECT_EQ(co_await tx->query_one<std::int32_t>("two"), 2);
    co_await tx->commit();
  });
  expect_fine(3);
}

/// To cancel what runs in the child's copy would cancel it for the parent.
TEST_F(AsyncForkCallsTest, AChildThatDrainsLeavesTheParentAlone) {
  const AsyncClient db = client_of(test::patient_settings(), {.max_size = 1});
  start_calls(db);
  EXPECT_TRUE(child_is_told(3, [&] {
    start_call(db, "one");
    const auto drain = [&]() -> awaitable<void> {
      co_await db.drain(std::chrono::steady_clock::now());
    };
    asio::co_spawn(io, drain, asio::detached);
  }));
  expect_fine(2);
}

TEST_F(AsyncForkTest, AChildDoesNotWaitForWhatItsParentOpens) {
  const pg::Settings server = test::server().settings();
  pg::FaultProxy proxy(server.keywords.at("host") + "/.s.PGSQL." + server.keywords.at("port"));
  proxy.set(pg::FaultProxy::Mode::BlackHole);
  pg::Settings through = proxy.settings(server);
  through.connect_timeout = 60s;
  const AsyncClient db = client_of(through, {.min_size = 1, .acquire_timeout = 60s});
  start([&]() -> awaitable<void> { co_await db.prewarm(); });
  start([&]() -> awaitable<void> { co_await db.execute("one"); });
  run_for(100ms);
  EXPECT_TRUE(reports.empty());
  EXPECT_TRUE(child_is_told(2, [] {}));
}

/// It only ends: its event loop has been prepared for the fork, and is not gone on with.
TEST_F(AsyncForkTest, AChildThatIsDoneWithItsLoopCanDestroyIt) {
  auto loop = std::make_unique<asio::io_context>();
  std::optional<AsyncClient> db(std::in_place, *loop, ClientSettings{});
  loop->notify_fork(asio::execution_context::fork_prepare);
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(20);
    db.reset();
    loop.reset();
    ::_exit(7);
  }
  loop->notify_fork(asio::execution_context::fork_parent);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7) << status;
}

TEST_F(AsyncForkTest, AChildDoesNotWaitForAHost) {
  pg::Settings nowhere = test::server().settings();
  nowhere.keywords["host"] = "/nowhere,/nowhere";
  nowhere.keywords["port"] = "5,6";
  const AsyncClient db = client_of(nowhere, {.acquire_timeout = 60s, .breaker_after = 60s});
  start([&]() -> awaitable<void> { co_await db.execute("one"); });
  run_for(100ms);
  EXPECT_TRUE(reports.empty());
  EXPECT_TRUE(child_is_told(1, [] {}));
}

}  // namespace
}  // namespace pgjinja
