// Settings that hold for one call.

#include "client/columns.hpp"
#include "client/server.hpp"

#include <pgjinja/pgjinja.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using test::report_of;

class CallSettingsTest : public testing::Test {
 protected:
  Client db = test::client_with(
      {{"setting", "SELECT current_setting({{ name }}, true)"},
       {"name", "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()"},
       {"add", "INSERT INTO settings_seen VALUES ({{ n }}, current_setting('app.user_id', true))"},
       {"add returning",
        "INSERT INTO settings_seen VALUES ({{ n }}, current_setting('app.user_id', true)) "
        "RETURNING who"},
       {"seen", "SELECT n, who FROM settings_seen ORDER BY n"},
       {"plans",
        "SELECT generic_plans, custom_plans FROM pg_prepared_statements"
        " WHERE statement LIKE '%settings_planned%' AND statement NOT LIKE '%prepared%'"},
       {"numbers", "SELECT g / {{ divisor }}::int FROM generate_series(1, 5) g"},
       {"planned", "SELECT n FROM settings_planned WHERE n = {{ n }}"}},
      1);

  std::string setting(const Executor& executor, const char* name) {
    return executor.query_one<std::optional<std::string>>("setting", {{"name", name}}).value_or("");
  }
};

TEST_F(CallSettingsTest, HoldForTheCallAloneOnTheSameConnection) {
  const Client named = db.with({.settings = {{"application_name", "it's \"reports\""}}});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(named.query_one<std::string>("name"), "it's \"reports\"");
    EXPECT_NE(db.query_one<std::string>("name"), "it's \"reports\"");
  }
  const Client user = db.with({.settings = {{"app.user_id", "7"}}});
  EXPECT_EQ(setting(user, "app.user_id"), "7");
  EXPECT_EQ(setting(db, "app.user_id"), "");
}

TEST_F(CallSettingsTest, HoldForAWholeTransactionThatIsBegunWithThem) {
  const Client user = db.with({.settings = {{"app.user_id", "7"}, {"work_mem", "1MB"}}});
  {
    Transaction tx = user.begin({.settings = {{"work_mem", "2MB"}}});
    EXPECT_EQ(setting(tx, "app.user_id"), "7");
    EXPECT_EQ(setting(tx, "work_mem"), "2MB") << "the transaction's own go before";
  }
  EXPECT_EQ(setting(db, "app.user_id"), "");
}

TEST_F(CallSettingsTest, HoldForBatchesAndManyRows) {
  db.run_script("DROP TABLE IF EXISTS settings_seen; CREATE TABLE settings_seen (n int, who text)");
  const Client user = db.with({.settings = {{"app.user_id", "7"}}});
  Batch batch = user.batch();
  batch.execute("add", {{"n", 1}});
  batch.execute("add", {{"n", 2}});
  batch.run();
  batch.execute("add", {{"n", 3}});
  batch.run(TransactionOptions{});
  struct N {
    std::int32_t n;
  };
  user.execute_many("add", std::vector<N>{{4}, {5}});
  db.execute("add", {{"n", 6}});
  using Seen = std::tuple<std::int32_t, std::optional<std::string>>;
  EXPECT_EQ(db.query<Seen>("seen"),
            (std::vector<Seen>{{1, "7"}, {2, "7"}, {3, "7"}, {4, "7"}, {5, "7"}, {6, ""}}));
}

TEST_F(CallSettingsTest, ChooseThePlan) {
  db.run_script(
      "DROP TABLE IF EXISTS settings_planned; CREATE TABLE settings_planned AS"
      " SELECT generate_series(1, 100) AS n");
  const auto plans = [&] { return db.query_one<std::tuple<std::int64_t, std::int64_t>>("plans"); };
  const Client generic = db.with({.settings = {{"plan_cache_mode", "force_generic_plan"}}});
  const Client custom = db.with({.settings = {{"plan_cache_mode", "force_custom_plan"}}});
  for (int i = 0; i < 3; ++i) generic.execute("planned", {{"n", 5}});
  EXPECT_EQ(plans(), (std::tuple<std::int64_t, std::int64_t>{3, 0}));
  for (int i = 0; i < 2; ++i) custom.execute("planned", {{"n", 5}});
  EXPECT_EQ(plans(), (std::tuple<std::int64_t, std::int64_t>{3, 2}));
}

TEST_F(CallSettingsTest, AStatementThatBecameStaleIsPreparedAnew) {
  db.run_script(
      "DROP TABLE IF EXISTS settings_stale; CREATE TABLE settings_stale AS SELECT 1 AS n");
  const Client stale = Client({.connection = test::patient_settings(),
                               .pool = {.max_size = 1},
                               .loader = std::make_shared<jinja::MapLoader>(
                                   test::Templates{{"all", "SELECT * FROM settings_stale"}})});
  const Client named = stale.with({.settings = {{"application_name", "reports"}}});
  EXPECT_EQ(named.query("all").columns().size(), 1U);
  db.run_script("ALTER TABLE settings_stale ADD COLUMN m int");
  EXPECT_EQ(named.query("all").columns().size(), 2U);
}

TEST_F(CallSettingsTest, HoldForAStream) {
  const Client user = db.with({.settings = {{"app.user_id", "7"}}});
  for (const auto& seen :
       user.stream<std::optional<std::string>>("setting", {{"name", "app.user_id"}})) {
    EXPECT_EQ(seen, "7");
  }
  EXPECT_EQ(setting(db, "app.user_id"), "") << "the only connection was given back, committed";
  {
    auto left = user.stream<std::int32_t>("numbers", {{"divisor", 1}}, {.fetch_size = 2});
    EXPECT_EQ(*left.begin(), 1);
  }
  EXPECT_EQ(setting(db, "app.user_id"), "") << "also when it was left early";
  EXPECT_EQ(report_of([&] {
              for ([[maybe_unused]] const std::int32_t n :
                   user.stream<std::int32_t>("numbers", {{"divisor", 0}}, {.fetch_size = 2})) {
              }
            }).substr(0, 37),
            "error[server 22012]: division by zero");
  EXPECT_EQ(setting(db, "app.user_id"), "") << "and after an error";
}

TEST_F(CallSettingsTest, AStreamWithThemKeepsWhatItWrote) {
  db.run_script("DROP TABLE IF EXISTS settings_seen; CREATE TABLE settings_seen (n int, who text)");
  const Client user = db.with({.settings = {{"app.user_id", "7"}}});
  std::vector<std::string> who;
  for (const auto& each : user.stream<std::string>("add returning", {{"n", 1}}))
    who.push_back(each);
  EXPECT_EQ(who, std::vector<std::string>{"7"});
  EXPECT_EQ(db.execute("seen"), 1);
}

TEST_F(CallSettingsTest, WhatCannotHaveThemSaysSo) {
  const Client user = db.with({.settings = {{"app.user_id", "7"}}});
  const std::string hint =
      " cannot have the settings of CallOptions::settings\n"
      "  = hint: take it in a transaction: TransactionOptions::settings hold for all of it";
  EXPECT_EQ(report_of([&] { (void)user.stream<std::string>("name", {}, {.fetch_size = 0}); }),
            "error[config]: a stream with settings or @plan takes its rows in portions, and "
            "fetch_size is 0\n"
            "  = while executing name:1:1");
  EXPECT_EQ(report_of([&] { user.run_script("SELECT 1"); }), "error[config]: run_script()" + hint);
  EXPECT_EQ(report_of([&] { user.copy_out<std::string>("name", [](std::string&&) {}); }),
            "error[config]: copy_out()" + hint);
  Batch batch = user.batch();
  batch.execute("name");
  EXPECT_EQ(report_of([&] { batch.run_each(); }),
            "error[config]: calls that each stand alone cannot have the settings of "
            "CallOptions::settings\n"
            "  = hint: run them together, with run()");
  EXPECT_EQ(
      report_of([&] { db.with({.settings = {{"plan_cache_mode", "fast"}}}).execute("name"); }),
      "error[server 22023]: invalid value for parameter \"plan_cache_mode\": \"fast\"\n"
      "  = while executing name:1:1\n"
      "  = hint: Available values: auto, force_generic_plan, force_custom_plan.");
}

}  // namespace
}  // namespace pgjinja
