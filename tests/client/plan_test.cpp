// How statements are planned: @plan, and what the server says of it.

#include "client/columns.hpp"
#include "client/server.hpp"

#include <pgjinja/pgjinja.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using test::report_of;

constexpr const char* kQuery = "SELECT n FROM plan_numbers WHERE n = {{ n }} /* ";

std::string planned(const std::string& how) {
  return "{#---\n@plan " + how + "\n---#}\n" + kQuery + how + " */";
}

class PlanTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    test::client_with({}).run_script(
        "DROP TABLE IF EXISTS plan_numbers; CREATE TABLE plan_numbers (n int PRIMARY KEY);"
        "INSERT INTO plan_numbers SELECT g FROM generate_series(1, 1000) g; ANALYZE plan_numbers");
  }

  /// Of the only shape whose text has `how` in it.
  ShapeStatistics statistics(const std::string& how) {
    for (const ShapeStatistics& each : db.shape_statistics()) {
      if (each.sql.find("/* " + how + " */") != std::string::npos) return each;
    }
    return {};
  }
  std::string mode(const Executor& executor) { return executor.query_one<std::string>("mode"); }

  Client db =
      test::client_with({{"generic", planned("generic")},
                         {"custom", planned("custom")},
                         {"auto", planned("auto")},
                         {"plain", std::string(kQuery) + "plain */"},
                         {"fails", "{#---\n@plan custom\n---#}\nSELECT 1 / {{ zero }}::int"},
                         {"mode", "SELECT current_setting('plan_cache_mode')"}},
                        1);
};

TEST_F(PlanTest, TheServerTellsHowShapesWerePlanned) {
  for (int i = 1; i <= 8; ++i) {
    for (const char* name : {"generic", "custom", "auto", "plain"}) {
      ASSERT_EQ(db.query<std::int32_t>(name, {{"n", i}}), std::vector<std::int32_t>{i}) << name;
    }
  }
  EXPECT_EQ(statistics("generic").generic_plans, 8);
  EXPECT_EQ(statistics("generic").custom_plans, 0);
  EXPECT_EQ(statistics("custom").generic_plans, 0);
  EXPECT_EQ(statistics("custom").custom_plans, 8);
  // The server makes five plans before it may keep one.
  for (const char* how : {"auto", "plain"}) {
    EXPECT_EQ(statistics(how).custom_plans, 5) << how;
    EXPECT_EQ(statistics(how).generic_plans, 3) << how;
    EXPECT_EQ(statistics(how).executions(), 8) << how;
    EXPECT_EQ(statistics(how).connections, 1U) << how;
  }
  EXPECT_EQ(mode(db), "auto");
}

TEST_F(PlanTest, ShapesAreSortedByUse) {
  for (int i = 1; i <= 3; ++i) (void)db.query<std::int32_t>("plain", {{"n", i}});
  (void)db.query<std::int32_t>("auto", {{"n", 1}});
  const auto shapes = db.shape_statistics();
  ASSERT_EQ(shapes.size(), 2U);
  EXPECT_EQ(shapes[0].sql, "SELECT n FROM plan_numbers WHERE n = $1 /* plain */");
  EXPECT_EQ(shapes[0].executions(), 3);
  EXPECT_EQ(shapes[1].executions(), 1);
}

TEST_F(PlanTest, AllIdleConnectionsAreAsked) {
  const Client two = test::client_with({{"plain", std::string(kQuery) + "plain */"}}, 3);
  EXPECT_TRUE(two.shape_statistics().empty()) << "none is open";
  {
    Transaction first = two.begin();
    Transaction second = two.begin();
    for (Transaction* each : {&first, &second, &second}) {
      (void)each->query<std::int32_t>("plain", {{"n", 1}});
    }
    EXPECT_TRUE(two.shape_statistics().empty()) << "both are lent";
    first.commit();
    const auto one = two.shape_statistics();
    const auto plain = std::ranges::find_if(one, [](const ShapeStatistics& each) {
      return each.sql.find("plain") != std::string::npos;
    });
    ASSERT_NE(plain, one.end());
    EXPECT_EQ(plain->executions(), 1);
    second.commit();
  }
  const auto all = two.shape_statistics();
  ASSERT_EQ(all.size(), 1U) << "BEGIN, COMMIT and the like are none";
  EXPECT_EQ(all.front().connections, 2U);
  EXPECT_EQ(all.front().executions(), 3);
  EXPECT_EQ(two.query<std::int32_t>("plain", {{"n", 1}}).size(), 1U) << "they were given back";
}

TEST_F(PlanTest, HoldsInATransactionForItsStatementAlone) {
  Transaction tx = db.begin();
  for (int i = 1; i <= 3; ++i) {  // also in the packet that begins it
    EXPECT_EQ(tx.query<std::int32_t>("generic", {{"n", i}}), std::vector<std::int32_t>{i});
    EXPECT_EQ(mode(tx), "auto");
  }
  tx.commit();
  EXPECT_EQ(statistics("generic").generic_plans, 3);
  EXPECT_EQ(mode(db), "auto");
}

TEST_F(PlanTest, GivesBackWhatTheTransactionHad) {
  Transaction tx = db.begin();
  tx.run_script("SET LOCAL plan_cache_mode = force_generic_plan");
  (void)tx.query<std::int32_t>("custom", {{"n", 1}});
  EXPECT_EQ(mode(tx), "force_generic_plan");
  {
    Transaction inner = tx.nested();
    EXPECT_THROW((void)inner.query<std::int32_t>("fails", {{"zero", 0}}), Error);
  }
  EXPECT_EQ(mode(tx), "force_generic_plan");
  tx.commit();
  EXPECT_EQ(statistics("custom").custom_plans, 1);
}

TEST_F(PlanTest, TheCallsOwnSettingsGoBefore) {
  const Client generic = db.with({.settings = {{"plan_cache_mode", "force_generic_plan"}}});
  (void)generic.query<std::int32_t>("custom", {{"n", 1}});
  EXPECT_EQ(statistics("custom").generic_plans, 1);
  Transaction tx = generic.begin();
  (void)tx.query<std::int32_t>("custom", {{"n", 1}});
  (void)tx.query<std::int32_t>("custom", {{"n", 1}});
  tx.commit();
  EXPECT_EQ(statistics("custom").generic_plans, 3);
}

TEST_F(PlanTest, HoldsForAStream) {
  for (int i = 1; i <= 3; ++i) {
    for (const std::int32_t n : db.stream<std::int32_t>("generic", {{"n", i}})) EXPECT_EQ(n, i);
  }
  EXPECT_EQ(statistics("generic").generic_plans, 3);
  EXPECT_EQ(mode(db), "auto");
  Transaction tx = db.begin();
  EXPECT_EQ(report_of([&] { (void)tx.stream<std::int32_t>("generic", {{"n", 1}}); }),
            "error[config]: a stream in a transaction cannot have @plan\n"
            "  = while executing generic:1:1\n"
            "  = hint: have plan_cache_mode in TransactionOptions::settings");
}

TEST_F(PlanTest, HoldsInABatchForEachCallAlone) {
  for (const bool whole : {false, true}) {
    Batch batch = db.batch();
    const auto custom = batch.query_one<std::int32_t>("custom", {{"n", 1}});
    const auto before = batch.query_one<std::string>("mode");
    const auto generic = batch.query_one<std::int32_t>("generic", {{"n", 2}});
    const auto behind = batch.query_one<std::string>("mode");
    whole ? batch.run(TransactionOptions{}) : batch.run();
    EXPECT_EQ(custom.get(), 1);
    EXPECT_EQ(generic.get(), 2);
    EXPECT_EQ(before.get(), "auto");
    EXPECT_EQ(behind.get(), "auto");
  }
  EXPECT_EQ(statistics("custom").custom_plans, 2);
  EXPECT_EQ(statistics("generic").generic_plans, 2);
}

TEST_F(PlanTest, ABatchTellsTheCallThatFailed) {
  Batch batch = db.batch();
  const auto first = batch.query_one<std::int32_t>("custom", {{"n", 1}});
  const auto second = batch.query<std::int32_t>("fails", {{"zero", 0}});
  EXPECT_NE(report_of([&] { batch.run(); }).find("call 2 of the batch: fails:1:1"),
            std::string::npos);
  EXPECT_NE(report_of([&] { (void)first.get(); }).find("call 2 of the batch failed"),
            std::string::npos);
  (void)batch.query<std::int32_t>("plain", {{"n", 1}});
  (void)batch.query<std::int32_t>("custom", {{"n", 1}});
  EXPECT_EQ(report_of([&] { batch.run_each(); }),
            "error[config]: template \"custom\" has @plan, which calls that each stand alone "
            "cannot have\n"
            " --> custom:1:1\n"
            "  |\n"
            "1 | {#---\n"
            "  | ^\n"
            "  = hint: run them together, with run()");
}

TEST_F(PlanTest, AnErrorHasItsPlaceAllTheSame) {
  EXPECT_NE(report_of([&] {
              (void)db.query<std::int32_t>("fails", {{"zero", 0}});
            }).find("division by zero\n"),
            std::string::npos);
  EXPECT_EQ(mode(db), "auto");
}

TEST_F(PlanTest, AStatementThatBecameStaleIsPreparedAnew) {
  db.run_script(
      "DROP TABLE IF EXISTS plan_numbers; CREATE TABLE plan_numbers (n int PRIMARY KEY);"
      "INSERT INTO plan_numbers VALUES (1)");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(db.query<std::int32_t>("custom", {{"n", 1}}).size(), 1U);
  db.run_script("DEALLOCATE ALL");
  Transaction tx = db.begin();
  EXPECT_EQ(tx.query<std::int32_t>("custom", {{"n", 1}}).size(), 1U);
  tx.commit();
}

}  // namespace
}  // namespace pgjinja
