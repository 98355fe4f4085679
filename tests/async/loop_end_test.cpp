#include "async/fixture.hpp"

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <boost/asio/use_future.hpp>

namespace pgjinja {
namespace {

using boost::asio::awaitable;
using test::asio::io_context;

const test::Templates kTemplates = {{"sleep", "SELECT pg_sleep({{ seconds }})"},
                                    {"many", "SELECT i::int4 FROM generate_series(1, 1000000) i"}};

/// An event loop that is destroyed while coroutines wait on it, which own all that they wait for.
class LoopEndTest : public testing::Test {
 protected:
  using Body = std::function<awaitable<void>(AsyncClient)>;

  std::unique_ptr<io_context> loop = std::make_unique<io_context>();
  std::weak_ptr<int> frame;  // lives as long as a coroutine's frame

  AsyncClient client(std::size_t connections = 1) {
    return {*loop,
            {.connection = test::patient_settings(),
             .pool = {.max_size = connections},
             .loader = std::make_shared<jinja::MapLoader>(kTemplates)}};
  }

  static awaitable<void> with_witness(AsyncClient db, Body body, std::shared_ptr<int> /*witness*/) {
    co_await body(std::move(db));
    ADD_FAILURE() << "the coroutine came to its end";
  }

  void expect_dropped(const Body& body, AsyncClient db) {
    auto witness = std::make_shared<int>();
    frame = witness;
    boost::asio::co_spawn(*loop, with_witness(std::move(db), body, std::move(witness)),
                          boost::asio::detached);
    loop->run_for(std::chrono::milliseconds(300));
    EXPECT_FALSE(frame.expired());
    loop.reset();
    EXPECT_TRUE(frame.expired());
  }
  void expect_dropped(const Body& body) { expect_dropped(body, client()); }
};

TEST_F(LoopEndTest, AFutureIsBroken) {
  std::future<std::int64_t> future;
  {
    const AsyncClient db = client();
    future = db.execute("sleep", args("seconds", 600), boost::asio::use_future);
    loop->run_for(std::chrono::milliseconds(300));
  }
  loop.reset();
  ASSERT_EQ(future.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  EXPECT_THROW(future.get(), std::future_error);
}

TEST_F(LoopEndTest, AStatementThatRuns) {
  expect_dropped([](AsyncClient db) -> awaitable<void> {
    co_await db.execute("sleep", args("seconds", 600));
  });
}

TEST_F(LoopEndTest, StatementsThatShareAPacketAndAreTimed) {
  expect_dropped([](AsyncClient db) -> awaitable<void> {
    const AsyncClient shared = db.with({.timeout = std::chrono::minutes(10), .shared = true});
    boost::asio::co_spawn(co_await boost::asio::this_coro::executor,
                          shared.execute("sleep", args("seconds", 600)), boost::asio::detached);
    co_await shared.execute("sleep", args("seconds", 600));
  });
}

TEST_F(LoopEndTest, AStatementThatIsBeingCancelled) {
  expect_dropped([](AsyncClient db) -> awaitable<void> {
    const AsyncClient hasty = db.with({.timeout = std::chrono::milliseconds(299)});
    co_await hasty.execute("sleep", args("seconds", 600));
  });
}

TEST_F(LoopEndTest, AStatementThatWaitsForAConnection) {
  AsyncClient db = client();
  db.execute("sleep", args("seconds", 600), boost::asio::detached);
  expect_dropped(
      [](AsyncClient waiting) -> awaitable<void> {
        co_await waiting.execute("sleep", args("seconds", 600));
      },
      std::move(db));
}

TEST_F(LoopEndTest, ATransactionWithOneThatRunsAndOneThatWaits) {
  expect_dropped([](AsyncClient db) -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    tx.execute("sleep", args("seconds", 600), boost::asio::detached);
    co_await tx.execute("sleep", args("seconds", 600));
  });
}

TEST_F(LoopEndTest, AStreamThatWaitsForRows) {
  expect_dropped([](AsyncClient db) -> awaitable<void> {
    auto rows = db.stream<std::int32_t>("many");
    co_await rows.next();
    auto slow = db.stream<std::string>("sleep", args("seconds", 600));
    co_await slow.next();  // also for a connection, which the other has
  });
}

TEST_F(LoopEndTest, AStreamOfData) {
  expect_dropped([](AsyncClient db) -> awaitable<void> {
    auto rows = db.fetch_stream("sleep", args("seconds", 600));
    co_await rows.next();
  });
}

TEST_F(LoopEndTest, APageOfData) {
  expect_dropped([](AsyncClient db) -> awaitable<void> {
    const OffsetRequest request{.size = 1};
    co_await db.fetch_offset_page("sleep", args("seconds", 600), request);
  });
}

TEST_F(LoopEndTest, AStreamOfATransaction) {
  expect_dropped([](AsyncClient db) -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    auto rows = tx.stream<std::string>("sleep", args("seconds", 600));
    co_await rows.next();
  });
}

TEST_F(LoopEndTest, ATransactionThatIsToBeNested) {
  expect_dropped([](AsyncClient db) -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    tx.execute("sleep", args("seconds", 600), boost::asio::detached);
    co_await tx.nested();
  });
}

TEST_F(LoopEndTest, ANestedTransactionBehindOneThatWasDestroyed) {
  expect_dropped([](AsyncClient db) -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    AsyncTransaction inner = co_await tx.nested();
    {
      AsyncTransaction innermost = co_await inner.nested();
      innermost.execute("sleep", args("seconds", 600), boost::asio::detached);
    }
    co_await inner.execute("sleep", args("seconds", 600));
  });
}

TEST_F(LoopEndTest, AStreamOfANestedTransaction) {
  expect_dropped([](AsyncClient db) -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    co_await tx.transaction([](AsyncTransaction& inner) -> awaitable<void> {
      auto rows = inner.stream<std::string>("sleep", args("seconds", 600));
      co_await rows.next();
    });
  });
}

TEST_F(LoopEndTest, ABatch) {
  expect_dropped([](AsyncClient db) -> awaitable<void> {
    AsyncBatch batch = db.batch();
    static_cast<void>(batch.execute("sleep", args("seconds", 600)));
    co_await batch.run();
  });
}

TEST_F(LoopEndTest, AListener) {
  expect_dropped([](AsyncClient db) -> awaitable<void> {
    const std::vector<std::string> channels{"news"};
    AsyncListener listener = co_await db.listen(channels);
    co_await listener.next();
  });
}

}  // namespace
}  // namespace pgjinja
