#include "pg/embedded/process.hpp"
#include "pg/pool_helpers.hpp"
#include "pg/server_fixture.hpp"

#include <pgjinja/pg/pool.hpp>

#include <atomic>
#include <chrono>
#include <latch>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <sys/socket.h>

namespace pgjinja::pg {
namespace {

using namespace std::chrono_literals;

class PoolTest : public ServerFixture {};

void wait_for_waiters(const Pool& pool, std::size_t count) {
  while (pool.statistics().waiting < count) std::this_thread::yield();
}

std::uint32_t terminate(Pool& pool, Connection& by) {
  const std::uint32_t pid = pool.acquire()->backend_pid();
  first_text(by, "SELECT pg_terminate_backend($1::int, 10000)::text", {std::to_string(pid)});
  return pid;
}

TEST_F(PoolTest, LendsTheSameConnectionAgain) {
  Pool pool(settings());
  const std::uint32_t pid = pool.acquire()->backend_pid();
  EXPECT_EQ(pool.acquire()->backend_pid(), pid);
  const PoolStatistics now = pool.statistics();
  EXPECT_EQ(now.open, 1U);
  EXPECT_EQ(now.idle, 1U);
}

TEST_F(PoolTest, ThreadsShareFewConnections) {
  Pool pool(settings(), {.max_size = 3});
  std::atomic<int> sum{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        const Lease lease = pool.acquire();
        sum += std::stoi(first_text(*lease, "SELECT ($1::int4 + 1)::text", {std::to_string(i)}));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(sum, 8 * 50 * 51 / 2);
  EXPECT_LE(pool.statistics().open, 3U);
  EXPECT_EQ(pool.statistics().idle, pool.statistics().open);
}

TEST_F(PoolTest, ServesWaitersInTheirOrder) {
  Pool pool(settings(), {.max_size = 1});
  std::optional<Lease> held = pool.acquire();
  std::vector<int> order;  // written by whoever has the only lease
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const Lease lease = pool.acquire();
      order.push_back(i);
    });
    wait_for_waiters(pool, static_cast<std::size_t>(i) + 1);
  }
  held.reset();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3}));
}

/// One connection, and another thread that always waits for it.
class PoolTurnTest : public PoolTest {
 protected:
  /// Gives the connection back while the other waits, and comes again at once. True: the other has
  /// not had it meanwhile.
  bool comes_first() {
    wait_for_waiters(pool, 1);
    const int before = others;
    own.reset();
    own = pool.acquire();
    return others == before;
  }
  /// Until that has happened. Without turns it never does.
  void have_a_turn() {
    const auto end = std::chrono::steady_clock::now() + 1min;
    while (!comes_first()) ASSERT_LT(std::chrono::steady_clock::now(), end);
  }
  void TearDown() override {
    other.request_stop();
    own.reset();
  }

  Pool pool{settings(), {.max_size = 1}};
  std::optional<Lease> own = pool.acquire();
  std::atomic<int> others = 0;
  std::jthread other{[this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const Lease lease = pool.acquire();
      ++others;
    }
  }};
};

TEST_F(PoolTurnTest, AThreadWithManyCallsComesFirstUpToFifteenTimes) {
  ASSERT_NO_FATAL_FAILURE(have_a_turn());
  int on_end = 1;
  for (int i = 0; i < 2000; ++i) {
    on_end = comes_first() ? on_end + 1 : 0;
    EXPECT_LE(on_end, 15);
  }
}

TEST_F(PoolTurnTest, WhoGoesAwayLeavesTheConnectionToTheNext) {
  for (int round = 0; round < 10; ++round) {
    ASSERT_NO_FATAL_FAILURE(have_a_turn());
    wait_for_waiters(pool, 1);
    const int before = others;
    own.reset();
    wait_until([&] { return others > before; });
    own = pool.acquire();
  }
}

TEST_F(PoolTest, ATimeoutSaysWhatWasAwaited) {
  // Long enough for a busy machine to open the one connection.
  Pool pool(settings(), {.max_size = 1, .acquire_timeout = 1s});
  const Lease held = pool.acquire();
  const Error error = error_of([&] { pool.acquire(); });
  EXPECT_EQ(error.kind(), ErrorKind::Timeout);
  EXPECT_NE(error.message().find("all 1 are lent"), std::string::npos);
  EXPECT_EQ(pool.statistics().waiting, 0U);
}

TEST_F(PoolTest, ReplacesAConnectionThatTheServerClosed) {
  Pool pool(settings());
  Connection by(settings());
  const std::uint32_t dead = terminate(pool, by);
  const Lease lease = pool.acquire();
  EXPECT_NE(lease->backend_pid(), dead);
  EXPECT_EQ(first_text(*lease, "SELECT 'fine'"), "fine");
  EXPECT_EQ(pool.statistics().open, 1U);
}

TEST_F(PoolTest, RollsBackAndDropsWhatIsBroken) {
  Pool pool(settings());
  std::uint32_t pid = 0;
  {
    const Lease lease = pool.acquire();
    pid = lease->backend_pid();
    lease->run_script("BEGIN; CREATE TABLE never (a int)");
  }
  {
    const Lease lease = pool.acquire();
    EXPECT_EQ(lease->backend_pid(), pid);
    EXPECT_FALSE(lease->in_transaction());
    error_of([&] { first_text(*lease, "SELECT pg_terminate_backend(pg_backend_pid())::text"); });
  }
  wait_until([&] { return pool.statistics().open == 0; });
}

TEST_F(PoolTest, AWaiterGetsTheSlotOfABrokenConnection) {
  Pool pool(settings(), {.max_size = 1});
  std::optional<Lease> held = pool.acquire();
  const std::uint32_t pid = (*held)->backend_pid();
  std::uint32_t other = pid;
  std::thread waiter([&] { other = pool.acquire()->backend_pid(); });
  wait_for_waiters(pool, 1);
  error_of([&] { first_text(**held, "SELECT pg_terminate_backend(pg_backend_pid())::text"); });
  held.reset();
  waiter.join();
  EXPECT_NE(other, pid);
  EXPECT_EQ(pool.statistics().open, 1U);
}

TEST_F(PoolTest, AFailedOpeningGivesItsSlotBack) {
  Settings nowhere;
  nowhere.keywords = {{"host", "/nowhere"}};
  Pool pool(nowhere, {.max_size = 1});
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(error_of([&] { pool.acquire(); }).kind(), ErrorKind::Connection);
  EXPECT_EQ(pool.statistics().open, 0U);
}

/// Takes connections and never says a word.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    auto* generic = reinterpret_cast<sockaddr*>(&address_);
    if (::bind(socket_.get(), generic, size) != 0 || ::listen(socket_.get(), 8) != 0 ||
        ::getsockname(socket_.get(), generic, &size) != 0) {
      throw std::runtime_error("no free port");
    }
  }
  [[nodiscard]] Settings settings() const {
    Settings settings;
    settings.keywords = {{"host", "127.0.0.1"}, {"port", std::to_string(ntohs(address_.sin_port))}};
    return settings;
  }

 private:
  embedded::Descriptor socket_;
  sockaddr_in address_{};
};

TEST(Pool, ItsTimeoutBoundsTheOpeningToo) {
  const SilentServer silent;
  Pool pool(silent.settings(), {.max_size = 1, .acquire_timeout = 10ms});
  const Error error = error_of([&] { pool.acquire(); });
  EXPECT_EQ(error.kind(), ErrorKind::Timeout);
  EXPECT_EQ(error.message(),
            "no connection could be opened until the pool's acquire_timeout of 10 ms had passed");
  EXPECT_TRUE(error.safe_to_retry());
  EXPECT_EQ(pool.statistics().opening, 1U) << "for the next one";
}

TEST(Pool, TheSettingsOwnTimeoutMayEndTheOpeningEarlier) {
  const SilentServer silent;
  Settings hasty = silent.settings();
  hasty.connect_timeout = 10ms;
  Pool pool(hasty, {.max_size = 1});
  EXPECT_EQ(error_of([&] { pool.acquire(); }).kind(), ErrorKind::Connection);
}

TEST_F(PoolTest, ACallsOwnDeadlineMayEndTheWaiting) {
  Pool pool(settings(), {.max_size = 1});
  const Lease held = pool.acquire();
  const Error late = error_of([&] {
    pool.acquire({.deadline = std::chrono::steady_clock::now() + 10ms, .deadline_name = "the end"});
  });
  EXPECT_EQ(late.kind(), ErrorKind::Timeout);
  EXPECT_EQ(late.message(), "no connection became free until the end had passed: all 1 are lent");
  EXPECT_TRUE(late.safe_to_retry());
}

TEST_F(PoolTest, AnotherThreadMayStopTheWaiting) {
  Pool pool(settings(), {.max_size = 1});
  const Lease held = pool.acquire();
  std::stop_source source;
  std::jthread other([&] {
    wait_for_waiters(pool, 1);
    source.request_stop();
  });
  const Error error = error_of([&] { pool.acquire({.stop = source.get_token()}); });
  EXPECT_EQ(error.kind(), ErrorKind::Cancelled);
  EXPECT_EQ(error.message(), "the caller asked to stop while a connection was awaited");
  EXPECT_EQ(pool.statistics().waiting, 0U);
}

TEST_F(PoolTest, EndsWithLeasesOutAndCallersWaiting) {
  auto pool = std::make_unique<Pool>(settings(), PoolSettings{.max_size = 1});
  Lease held = pool->acquire();
  Lease moved = std::move(held);
  ErrorKind kind = ErrorKind::Runtime;
  std::thread waiter([&, raw = pool.get()] { kind = error_of([&] { raw->acquire(); }).kind(); });
  wait_for_waiters(*pool, 1);
  pool.reset();
  waiter.join();
  EXPECT_EQ(kind, ErrorKind::Config);
  EXPECT_EQ(first_text(*moved, "SELECT 'fine'"), "fine");
}

TEST_F(PoolTest, WhoGivesUpAsItIsServedLosesNothing) {
  Pool pool(settings(), {.max_size = 2, .min_size = 2});
  pool.prewarm();
  std::atomic<int> served = 0;
  std::atomic<int> late = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        // About as long as it takes until it is served.
        const auto patience = std::chrono::microseconds((i * 7 + t * 13) % 100);
        try {
          const Lease lease =
              pool.acquire({.deadline = std::chrono::steady_clock::now() + patience});
          EXPECT_TRUE(lease->quiet());
          std::this_thread::sleep_for(std::chrono::microseconds(20));
          ++served;
        } catch (const Error& error) {
          EXPECT_EQ(error.kind(), ErrorKind::Timeout) << error.what();
          ++late;
        }
      }
    });
  }
  threads.clear();
  EXPECT_GT(served, 0);
  EXPECT_GT(late, 0);
  EXPECT_EQ(served + late, 8 * 500);
  EXPECT_EQ(pool.statistics().idle, 2U);
  EXPECT_EQ(pool.outstanding(), 0U);
}

TEST_F(PoolTest, LeasesComeBackToAPoolThatIsGone) {
  std::atomic<int> told = 0;
  for (int round = 0; round < 20; ++round) {
    auto pool = std::make_unique<Pool>(
        settings(),
        PoolSettings{.max_size = 4,
                     .hooks = {.after_release = [](const PooledSession&) { return true; },
                               .on_event = [&](const PoolEvent&) { ++told; }}});
    std::vector<std::jthread> threads;
    std::latch borrowed(4);
    std::latch gone(1);
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        const Lease lease = pool->acquire();
        borrowed.count_down();
        gone.wait();
        EXPECT_EQ(first_text(*lease, "SELECT 'mine'"), "mine");
      });
    }
    borrowed.wait();
    pool.reset();
    gone.count_down();
  }
  // Opened and closed, each of them.
  EXPECT_EQ(told, 20 * 4 * 2);
}

TEST(Pool, NeedsRoomButNotMoreThanAnyServerHas) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{262'144}, ~std::size_t{0}}) {
    EXPECT_EQ(error_of([&] { const Pool none(Settings{}, {.max_size = size}); }).kind(),
              ErrorKind::Config);
  }
  EXPECT_NO_THROW(Pool(Settings{}, {.max_size = 262'143}));
}

}  // namespace
}  // namespace pgjinja::pg
