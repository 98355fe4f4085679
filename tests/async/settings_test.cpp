// Settings that hold for one call of an AsyncClient.

#include "async/fixture.hpp"

#include <cstdint>
#include <future>
#include <optional>
#include <string>
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
    {"user", "SELECT coalesce(current_setting('app.user', true), '')"},
    {"work", "SELECT current_setting('work_mem')"},
    {"broken", "SELECT 1 /\n {{ n }}"},
    {"begin", "BEGIN"},
    {"sleep", "SELECT pg_sleep({{ seconds }})::text"},
    {"stale", "SELECT n FROM async_settings_stale"}};

class AsyncSettingsTest : public test::AsyncTest {
 protected:
  AsyncClient db = client_with(kTemplates);
  AsyncClient user = db.with({.settings = {{"app.user", "7"}}});

  awaitable<std::string> who(const AsyncExecutor& executor) {
    co_return co_await executor.query_one<std::string>("user");
  }
};

TEST_F(AsyncSettingsTest, HoldForTheCallAloneOnTheSameConnection) {
  run([this]() -> awaitable<void> {
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(co_await who(user), "7");
      EXPECT_EQ(co_await who(db), "");
    }
    const AsyncClient odd = db.with({.settings = {{"app.user", "it's \"me\""}}});
    EXPECT_EQ(co_await who(odd), "it's \"me\"");
  });
}

TEST_F(AsyncSettingsTest, HoldForAWholeTransactionThatIsBegunWithThem) {
  const AsyncClient both = db.with({.settings = {{"app.user", "7"}, {"work_mem", "1MB"}}});
  const TransactionOptions own{.settings = {{"work_mem", "2MB"}}};
  run([&]() -> awaitable<void> {
    AsyncTransaction tx = co_await both.begin(own);
    EXPECT_EQ(co_await who(tx), "7");
    EXPECT_EQ(co_await tx.query_one<std::string>("work"), "2MB");
    co_await tx.commit();
    EXPECT_EQ(co_await who(db), "");
  });
}

TEST_F(AsyncSettingsTest, OneWithSettingsSharesItsPacketWithNobody) {
  const AsyncClient shared = db.with({.shared = true});
  const AsyncClient both = db.with({.shared = true, .settings = {{"app.user", "8"}}});
  db.execute("sleep", args("seconds", 0.02), [](const std::exception_ptr&, std::int64_t) {});
  std::vector<std::future<std::string>> answers;
  for (int i = 0; i < 20; ++i) {
    const AsyncClient& asked = i % 3 == 0 ? both : shared;
    answers.push_back(asked.query_one<std::string>("user", {}, asio::use_future));
  }
  io.run();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(answers[i].get(), i % 3 == 0 ? "8" : "") << i;
  }
}

TEST_F(AsyncSettingsTest, FailuresAreThoseOfAClient) {
  const Client blocking = test::client_with(kTemplates, 1).with({.settings = {{"app.user", "7"}}});
  const Context zero{{"n", 0}};
  EXPECT_EQ(report_of([&]() -> awaitable<void> { co_await user.execute("broken", zero); }),
            blocking_report([&] { blocking.execute("broken", zero); }));
  const Context bad{{"n", std::string("\xFF", 1)}};
  EXPECT_EQ(report_of([&]() -> awaitable<void> { co_await user.execute("broken", bad); }),
            blocking_report([&] { blocking.execute("broken", bad); }));
  EXPECT_EQ(report_of([&]() -> awaitable<void> { co_await user.execute("begin"); }),
            blocking_report([&] { blocking.execute("begin"); }));
  const AsyncClient wrong = db.with({.settings = {{"work_mem", "much"}}});
  EXPECT_EQ(
      report_of([&]() -> awaitable<void> { co_await wrong.execute("user"); }), blocking_report([&] {
        test::client_with(kTemplates, 1).with({.settings = {{"work_mem", "much"}}}).execute("user");
      }));
  run([this]() -> awaitable<void> { EXPECT_EQ(co_await who(db), ""); });
}

TEST_F(AsyncSettingsTest, AStatementThatBecameStaleIsPreparedAnew) {
  const Client admin = test::client_with({{"none", "SELECT 1"}}, 1);
  admin.run_script(
      "DROP TABLE IF EXISTS async_settings_stale;"
      "CREATE TABLE async_settings_stale AS SELECT 7 AS n");
  run([&]() -> awaitable<void> {
    EXPECT_EQ(co_await user.query_one<std::int32_t>("stale"), 7);
    admin.run_script("ALTER TABLE async_settings_stale ALTER n TYPE text");
    EXPECT_EQ(co_await user.query_one<std::string>("stale"), "7");
  });
  admin.run_script("DROP TABLE async_settings_stale");
}

TEST_F(AsyncSettingsTest, ASlotCancelsIt) {
  asio::cancellation_signal signal;
  std::string failure;
  user.execute("sleep", args("seconds", 60),
               asio::bind_cancellation_slot(
                   signal.slot(), [&](const std::exception_ptr& thrown, std::int64_t) {
                     failure = blocking_report([&] { std::rethrow_exception(thrown); });
                   }));
  io.run_for(50ms);
  signal.emit(asio::cancellation_type::terminal);
  io.run();
  EXPECT_TRUE(failure.starts_with("error[cancelled 57014]")) << failure;
  run([this]() -> awaitable<void> { EXPECT_EQ(co_await who(db), ""); });
}

}  // namespace
}  // namespace pgjinja
