// Several templates in one packet, sent by coroutines.

#include "async/fixture.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/use_future.hpp>

namespace pgjinja {
namespace {

using namespace std::chrono_literals;
using test::asio::awaitable;
namespace asio = boost::asio;

const test::Templates kTemplates = {
    {"add", "INSERT INTO async_batched (n) VALUES ({{ n }})"},
    {"later", "INSERT INTO async_batched (n, later) VALUES ({{ n }}, {{ n + 1000 }})"},
    {"all", "SELECT coalesce(string_agg(n::text, ' ' ORDER BY n), '') FROM async_batched"},
    {"numbers", "SELECT n::bigint FROM generate_series(1, {{ n }}) n"},
    {"setting", "SELECT coalesce(current_setting({{ name }}, true), '')"},
    {"divide", "SELECT 10 / {{ n }}::int"},
    {"sleep", "SELECT pg_sleep({{ seconds }})::text"},
    {"pid", "SELECT pg_backend_pid()"},
    {"copy", "COPY async_batched TO STDOUT"},
    {"begin", "BEGIN"}};

class AsyncBatchTest : public test::AsyncTest {
 protected:
  Client blocking = test::client_with(kTemplates, 1);
  AsyncClient db = client_with(kTemplates);

  void SetUp() override { clear(); }
  void TearDown() override { blocking.run_script("DROP TABLE async_batched"); }
  void clear() {
    blocking.run_script(
        "DROP TABLE IF EXISTS async_batched; CREATE TABLE async_batched (n int PRIMARY KEY,"
        " later int REFERENCES async_batched DEFERRABLE INITIALLY DEFERRED)");
  }
  [[nodiscard]] std::string all() const { return blocking.query_one<std::string>("all"); }

  /// What a failure leaves: the report of the run, those of its calls, and the table.
  struct Left {
    std::string run;
    std::string first;
    std::string second;
    std::string third;
    std::string table;
    bool operator==(const Left&) const = default;
  };
  /// Of three calls, of which the second one is the given one.
  Left left_by(auto& batch, const char* name, const Context& arguments,
               const std::function<void()>& run) {
    const auto first = batch.execute("add", {{"n", 1}});
    const auto second = batch.query(name, arguments);
    const auto third = batch.execute("add", {{"n", 2}});
    Left left;
    left.run = blocking_report(run);
    left.first = blocking_report([&] { static_cast<void>(first.get()); });
    left.second = blocking_report([&] { static_cast<void>(second.get()); });
    left.third = blocking_report([&] { static_cast<void>(third.get()); });
    left.table = all();
    clear();
    return left;
  }
};

TEST_F(AsyncBatchTest, GivesEachCallItsTypedResult) {
  AsyncBatch batch = db.batch();
  const TransactionOptions options{.isolation = Isolation::Serializable};
  for (int use = 0; use < 3; ++use) {
    const auto rows = batch.query<std::int64_t>("numbers", {{"n", 2}});
    const auto untyped = batch.query("numbers", {{"n", 3}});
    const auto one = batch.query_one<std::string>("setting", {{"name", "transaction_isolation"}});
    const auto none = batch.query_maybe<std::int64_t>("numbers", {{"n", 0}});
    const auto added = batch.execute("add", {{"n", use}});
    EXPECT_EQ(batch.size(), 5U);
    run([&]() -> awaitable<void> {
      if (use == 0) co_await batch.run();
      if (use == 1) co_await batch.run(options);
      if (use == 2) co_await batch.run_each();
    });
    EXPECT_EQ(batch.size(), 0U);
    EXPECT_EQ(rows.get(), (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(untyped.get().size(), 3U);
    EXPECT_EQ(one.get(), use == 1 ? "serializable" : "read committed");
    EXPECT_EQ(none.get(), std::nullopt);
    EXPECT_EQ(added.get(), 1);
  }
  EXPECT_EQ(all(), "0 1 2");
}

TEST_F(AsyncBatchTest, FailuresAreThoseOfABatch) {
  Batch expected = blocking.batch();
  AsyncBatch batch = db.batch();
  const std::vector<std::pair<const char*, Context>> calls = {
      {"divide", {{"n", 0}}},  // fails at the server
      {"later", {{"n", 3}}},   // fails at the end of its transaction
      {"copy", {}},            // cannot be sent
      {"begin", {}}};
  const TransactionOptions options;
  for (const auto& [name, arguments] : calls) {
    const Left together = left_by(expected, name, arguments, [&] { expected.run(); });
    EXPECT_NE(together.run, "") << name;
    EXPECT_EQ(left_by(batch, name, arguments,
                      [&] { run([&]() -> awaitable<void> { co_await batch.run(); }); }),
              together)
        << name;
    const Left each = left_by(expected, name, arguments, [&] { expected.run_each(); });
    EXPECT_NE(each.second, "") << name;
    EXPECT_EQ(left_by(batch, name, arguments,
                      [&] { run([&]() -> awaitable<void> { co_await batch.run_each(); }); }),
              each)
        << name;
    const Left begun = left_by(expected, name, arguments, [&] { expected.run(options); });
    EXPECT_EQ(left_by(batch, name, arguments,
                      [&] { run([&]() -> awaitable<void> { co_await batch.run(options); }); }),
              begun)
        << name;
  }
  run([this]() -> awaitable<void> { co_await db.execute("pid"); });
}

TEST_F(AsyncBatchTest, AMistakeInATemplateIsToldAtOnceAndPutsNothingDown) {
  AsyncBatch batch = db.batch();
  EXPECT_THROW(static_cast<void>(batch.execute("add")), Error);
  EXPECT_THROW(static_cast<void>(batch.query<std::int64_t>("missing")), Error);
  EXPECT_EQ(batch.size(), 0U);
  auto nothing = batch.run(asio::use_future);
  auto nothing_each = batch.run_each(asio::use_future);
  io.run();
  nothing.get();
  nothing_each.get();
}

TEST_F(AsyncBatchTest, MayBeFilledAnewWhileItRuns) {
  AsyncBatch batch = db.batch();
  const auto first = batch.execute("add", {{"n", 1}});
  auto one = batch.run(asio::use_future);
  const auto second = batch.execute("add", {{"n", 2}});
  EXPECT_EQ(batch.size(), 1U);
  auto two = batch.run(asio::use_future);
  EXPECT_THROW(static_cast<void>(second.get()), Error);  // it has not run
  io.run();
  one.get();
  two.get();
  EXPECT_EQ(first.get() + second.get(), 2);
  EXPECT_EQ(all(), "1 2");
}

TEST_F(AsyncBatchTest, HasTheSettingsOfItsClient) {
  const AsyncClient user = db.with({.settings = {{"app.user", "7"}}});
  AsyncBatch batch = user.batch();
  const Context name{{"name", "app.user"}};
  const TransactionOptions options;
  for (int use = 0; use < 2; ++use) {
    const auto setting = batch.query_one<std::string>("setting", name);
    run([&]() -> awaitable<void> {
      if (use == 0) co_await batch.run();
      if (use == 1) co_await batch.run(options);
    });
    EXPECT_EQ(setting.get(), "7");
  }
  const auto kept = batch.query_one<std::string>("setting", name);
  EXPECT_TRUE(
      blocking_report([&] {
        batch.run_each(asio::use_future);
      }).starts_with("error[config]: calls that each stand alone cannot have the settings"));
  EXPECT_EQ(batch.size(), 1U);
  run([&]() -> awaitable<void> {
    EXPECT_EQ(co_await db.query_one<std::string>("setting", name), "");
  });
}

TEST_F(AsyncBatchTest, ItsTimeIsThatOfItsClientAndASlotCancelsIt) {
  std::int32_t pid = 0;
  run([&]() -> awaitable<void> { pid = co_await db.query_one<std::int32_t>("pid"); });
  AsyncBatch hasty = db.with({.timeout = 50ms}).batch();
  const auto slept = hasty.execute("sleep", {{"seconds", 60}});
  const auto added = hasty.execute("add", {{"n", 1}});
  EXPECT_NE(report_of([&]() -> awaitable<void> {
              co_await hasty.run();
            }).find("when the call's timeout had passed"),
            std::string::npos);
  EXPECT_THROW(static_cast<void>(slept.get()), Error);
  EXPECT_THROW(static_cast<void>(added.get()), Error);

  AsyncBatch batch = db.batch();
  const auto before = batch.execute("add", {{"n", 2}});
  const auto long_one = batch.execute("sleep", {{"seconds", 60}});
  asio::cancellation_signal signal;
  std::string failure;
  batch.run(asio::bind_cancellation_slot(signal.slot(), [&](const std::exception_ptr& thrown) {
    failure = blocking_report([&] { std::rethrow_exception(thrown); });
  }));
  io.restart();
  io.run_for(50ms);
  signal.emit(asio::cancellation_type::terminal);
  io.run();
  EXPECT_TRUE(failure.starts_with("error[cancelled 57014]")) << failure;
  EXPECT_NE(failure.find("call 2 of the batch"), std::string::npos) << failure;
  EXPECT_THROW(static_cast<void>(before.get()), Error);
  EXPECT_EQ(all(), "");
  run([&]() -> awaitable<void> { EXPECT_EQ(co_await db.query_one<std::int32_t>("pid"), pid); });
}

TEST_F(AsyncBatchTest, WithoutAConnectionThatIsTheFailureOfAll) {
  AsyncClient impatient = client_with(kTemplates, 1, 30ms);
  warm(impatient, "pid");
  auto running = impatient.execute("sleep", {{"seconds", 0.2}}, asio::use_future);
  AsyncBatch batch = impatient.batch();
  const auto added = batch.execute("add", {{"n", 1}});
  auto run = batch.run(asio::use_future);
  AsyncBatch cancelled = impatient.batch();
  const auto never = cancelled.execute("add", {{"n", 2}});
  asio::cancellation_signal signal;
  std::exception_ptr failure;
  cancelled.run(asio::bind_cancellation_slot(
      signal.slot(), [&](const std::exception_ptr& thrown) { failure = thrown; }));
  io.run_for(5ms);
  signal.emit(asio::cancellation_type::terminal);
  io.run();
  EXPECT_EQ(running.get(), 1);
  const std::string report = blocking_report([&] { run.get(); });
  EXPECT_TRUE(report.starts_with("error[timeout]: no connection became free")) << report;
  EXPECT_EQ(blocking_report([&] { static_cast<void>(added.get()); }), report);
  EXPECT_NE(failure, nullptr);
  EXPECT_TRUE(blocking_report([&] {
                static_cast<void>(never.get());
              }).starts_with("error[cancelled]: the caller asked to stop"));
  EXPECT_EQ(all(), "");
}

TEST_F(AsyncBatchTest, ResultsMayOutliveItAndItsClient) {
  std::optional<Pending<std::int64_t>> added;
  {
    AsyncClient closing = client_with(kTemplates);
    run([&]() -> awaitable<void> {
      AsyncBatch batch = closing.batch();
      const Context one = args("n", 1);
      added = batch.execute("add", one);
      co_await batch.run();
    });
  }
  EXPECT_EQ(added->get(), 1);
}

}  // namespace
}  // namespace pgjinja
