// How long calls may take: who decides, what is said, and what is left behind.

#include "client/columns.hpp"
#include "client/server.hpp"
#include "client/timeless.hpp"

#include <pgjinja/pgjinja.hpp>

#include <chrono>
#include <regex>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using namespace std::chrono_literals;
using test::client_with;
using test::report_of;
using test::Templates;

const Templates kTemplates = {{"sleep", "SELECT pg_sleep({{ seconds }})::text"},
                              {"hasty",
                               "{#---\n@param seconds: float\n@timeout 20ms\n---#}\n"
                               "SELECT pg_sleep({{ seconds }})::text"},
                              {"one", "SELECT 1::bigint"},
                              {"add", "INSERT INTO limited VALUES ({{ n }})"},
                              {"count", "SELECT count(*) FROM limited"}};

/// Without its figures: how long it took is not the same each time.
std::string timeless(const std::string& report) {
  return std::regex_replace(report, std::regex("after [0-9]+ ms"), "after N ms");
}

class LimitsTest : public testing::Test {
 protected:
  Client db = client_with(kTemplates, 2);

  void expect_usable() { EXPECT_EQ(db.query_one<std::int64_t>("one"), 1); }
};

TEST_F(LimitsTest, ACallsTimeoutSaysWhichHowLongAndWhere) {
  const std::string report =
      report_of([&] { db.with({.timeout = 20ms}).execute("sleep", {{"seconds", 60}}); });
  EXPECT_EQ(timeless(report),
            "error[timeout 57014]: the statement was cancelled after N ms, when the call's timeout "
            "had passed\n"
            "  = while executing sleep:1:1");
  expect_usable();
}

TEST_F(LimitsTest, TheNearestTimeoutDecides) {
  const auto who = [](const std::string& report) {
    std::smatch found;
    std::regex_search(report, found, std::regex("when (.*) had passed"));
    return found.empty() ? report : found[1].str();
  };
  const Context forever{{"seconds", 60}};
  EXPECT_EQ(who(report_of([&] { db.execute("hasty", forever); })), "the template's @timeout");
  EXPECT_EQ(who(report_of([&] { db.with({.timeout = 10ms}).execute("hasty", forever); })),
            "the call's timeout");
  EXPECT_EQ(
      who(report_of([&] {
        db.with({.deadline = std::chrono::steady_clock::now() + 5ms}).execute("hasty", forever);
      })),
      "the call's deadline");
  // None for this call, whatever the template says.
  EXPECT_NO_THROW(db.with({.timeout = 0ms}).execute("hasty", {{"seconds", 0.05}}));
  const Client limited({.connection = test::patient_settings(),
                        .query_timeout = 20ms,
                        .loader = std::make_shared<jinja::MapLoader>(kTemplates)});
  EXPECT_EQ(who(report_of([&] { limited.execute("sleep", forever); })),
            "the client's query_timeout");
  EXPECT_EQ(who(report_of([&] { limited.run_script("SELECT pg_sleep(60)"); })),
            "the client's query_timeout");
  EXPECT_EQ(who(report_of([&] { limited.execute("hasty", forever); })), "the template's @timeout");
}

TEST_F(LimitsTest, TheDeadlineBoundsTheWaitForAConnection) {
  const Transaction first = db.begin();
  const Transaction second = db.begin();
  const std::string report = report_of(
      [&] { db.with({.deadline = std::chrono::steady_clock::now() + 5ms}).execute("one"); });
  EXPECT_EQ(test::timeless(report),
            "error[timeout]: no connection became free until the call's deadline had passed: all 2 "
            "are lent\n"
            "  = while executing one:1:1\n"
            "  = detail: lent longest: 'transaction' for N ms, 'transaction' for N ms\n"
            "  = hint: give connections back sooner, or raise max_size");
}

TEST_F(LimitsTest, AStopCancelsWhatRuns) {
  std::stop_source source;
  std::jthread other([&] {
    std::this_thread::sleep_for(20ms);
    source.request_stop();
  });
  const std::string report =
      report_of([&] { db.with({.stop = source.get_token()}).execute("sleep", {{"seconds", 60}}); });
  EXPECT_EQ(timeless(report),
            "error[cancelled 57014]: the statement was cancelled after N ms, as its caller asked\n"
            "  = while executing sleep:1:1");
  expect_usable();
}

TEST_F(LimitsTest, HoldInTransactionsWhichFailThen) {
  Transaction tx = db.with({.timeout = 20ms}).begin();
  EXPECT_EQ(tx.query_one<std::int64_t>("one"), 1);
  EXPECT_NE(report_of([&] { tx.execute("sleep", {{"seconds", 60}}); }).find("timeout 57014"),
            std::string::npos);
  EXPECT_TRUE(report_of([&] {
                tx.commit();
              }).starts_with("error[config]: this transaction has failed in template \"sleep\""));
}

TEST_F(LimitsTest, ATransactionPastItsDeadlineIsNotCommitted) {
  db.run_script("DROP TABLE IF EXISTS limited; CREATE TABLE limited (n int)");
  const auto deadline = std::chrono::steady_clock::now() + 100ms;
  {
    Transaction tx = db.with({.deadline = deadline}).begin();
    tx.execute("add", {{"n", 1}});
    std::this_thread::sleep_until(deadline);
    EXPECT_EQ(report_of([&] { tx.commit(); }),
              "error[timeout]: the call's deadline had passed before the statement was sent");
  }
  EXPECT_EQ(db.query_one<std::int64_t>("count"), 0);
  db.run_script("DROP TABLE limited");
}

TEST_F(LimitsTest, ABatchMayTakeWhatItsCallsMay) {
  Batch calls = db.batch();
  calls.execute("hasty", {{"seconds", 0.001}});
  calls.execute("hasty", {{"seconds", 60}});
  EXPECT_NE(report_of([&] { calls.run(); })
                .find("when the timeout of all calls had passed\n"
                      "  = call 2 of the batch: hasty:1:1"),
            std::string::npos);
  Batch whole = db.with({.timeout = 20ms}).batch();
  whole.execute("one");
  const Pending<std::int64_t> late = whole.execute("sleep", {{"seconds", 60}});
  whole.run_each();
  EXPECT_NE(
      report_of([&] { static_cast<void>(late.get()); }).find("when the call's timeout had passed"),
      std::string::npos);
  expect_usable();
}

}  // namespace
}  // namespace pgjinja
