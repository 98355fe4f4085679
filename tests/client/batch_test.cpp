#include "client/columns.hpp"
#include "client/server.hpp"

#include <pgjinja/pgjinja.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using test::client_with;
using test::report_of;

struct Pair {
  std::int32_t n;
  std::string text;
  friend bool operator==(const Pair&, const Pair&) = default;
};

class BatchTest : public testing::Test {
 protected:
  Client db = client_with(
      {{"add", "INSERT INTO batched (n) VALUES ({{ n }})"},
       {"all", "SELECT coalesce(string_agg(n::text, ' ' ORDER BY n), '') FROM batched"},
       {"pairs", "SELECT n, 'x' || n AS text FROM generate_series(1, {{ n }}) n"},
       {"columns", "SELECT {{ _model_fields_ }} FROM (SELECT 7 AS n, 'y' AS text) AS t"},
       {"setting", "SELECT current_setting({{ name }})"},
       {"divide", "SELECT 10 / {{ n }}::int"},
       {"copy", "COPY batched TO STDOUT"},
       {"begin", "BEGIN"},
       {"commit", "COMMIT"},
       {"later", "INSERT INTO batched (n, later) VALUES ({{ n }}, {{ n + 1000 }})"}},
      2);
  Batch batch = db.batch();

  void SetUp() override {
    db.run_script(
        "DROP TABLE IF EXISTS batched; CREATE TABLE batched (n int PRIMARY KEY,"
        " later int REFERENCES batched DEFERRABLE INITIALLY DEFERRED)");
  }
  void TearDown() override { db.run_script("DROP TABLE batched"); }

  [[nodiscard]] std::string all() const { return db.query_one<std::string>("all"); }
};

TEST_F(BatchTest, GivesEachCallItsTypedResult) {
  for (int use = 0; use < 3; ++use) {
    const auto rows = batch.query<Pair>("pairs", {{"n", 2}});
    const auto untyped = batch.query("pairs", {{"n", 3}});
    const auto one = batch.query_one<Pair>("columns");
    const auto none = batch.query_maybe<Pair>("pairs", {{"n", 0}});
    const auto some = batch.query_maybe<Pair>("pairs", {{"n", 1}});
    const auto added = batch.execute("add", {{"n", use}});
    EXPECT_EQ(batch.size(), 6U);
    use == 1 ? batch.run_each() : batch.run();
    EXPECT_EQ(batch.size(), 0U);
    EXPECT_EQ(rows.get(), (std::vector<Pair>{{1, "x1"}, {2, "x2"}}));
    EXPECT_EQ(untyped.get().tag(), "SELECT 3");
    EXPECT_EQ(one.get(), (Pair{7, "y"}));
    EXPECT_EQ(none.get(), std::nullopt);
    EXPECT_EQ(some.get(), (Pair{1, "x1"}));
    EXPECT_EQ(added.get(), 1);
  }
  EXPECT_EQ(all(), "0 1 2");
}

TEST_F(BatchTest, AHundredInOneTransaction) {
  std::vector<Pending<std::int64_t>> pending;
  for (int n = 0; n < 100; ++n) pending.push_back(batch.execute("add", {{"n", n}}));
  batch.run();
  for (const auto& each : pending) EXPECT_EQ(each.get(), 1);
  EXPECT_EQ(all().substr(0, 7), "0 1 2 3");
}

TEST_F(BatchTest, NothingToDoIsDone) {
  batch.run();
  batch.run_each();
  batch.run(TransactionOptions{});
}

TEST_F(BatchTest, TogetherNothingHasHappenedWhenOneFails) {
  const auto first = batch.execute("add", {{"n", 1}});
  const auto second = batch.query_one<std::int32_t>("divide", {{"n", 0}});
  const auto third = batch.execute("add", {{"n", 2}});
  const std::string report =
      "error[server 22012]: division by zero\n"
      "  = call 2 of the batch: divide:1:1";
  EXPECT_EQ(report_of([&] { batch.run(); }), report);
  const std::string refused =
      "error[config]: call 2 of the batch failed, and so this call has not happened";
  EXPECT_EQ(report_of([&] { static_cast<void>(first.get()); }), refused);
  EXPECT_EQ(report_of([&] { static_cast<void>(second.get()); }), report);
  EXPECT_EQ(report_of([&] { static_cast<void>(third.get()); }), refused);
  EXPECT_EQ(all(), "");
}

TEST_F(BatchTest, EachFailsAlone) {
  const auto first = batch.execute("add", {{"n", 1}});
  const auto second = batch.execute("add", {{"n", 1}});
  const auto third = batch.execute("add", {{"n", 2}});
  batch.run_each();
  EXPECT_EQ(first.get(), 1);
  EXPECT_EQ(report_of([&] { static_cast<void>(second.get()); }),
            "error[server 23505]: duplicate key value violates unique constraint \"batched_pkey\"\n"
            "  = call 2 of the batch: add:1:1\n"
            "  = detail: Key (n)=(1) already exists.");
  EXPECT_EQ(third.get(), 1);
  EXPECT_EQ(all(), "1 2");
}

TEST_F(BatchTest, AMistakeInATemplateIsToldAtOnceAndPutsNothingDown) {
  EXPECT_EQ(report_of([&] { static_cast<void>(batch.execute("add")); }).substr(0, 17),
            "error[undefined]:");
  EXPECT_EQ(report_of([&] { static_cast<void>(batch.query("missing")); }).substr(0, 17),
            "error[not-found]:");
  EXPECT_EQ(batch.size(), 0U);
}

TEST_F(BatchTest, PlacesErrorsInTheTemplate) {
  static_cast<void>(batch.execute("add", {{"n", 1}}));
  static_cast<void>(batch.execute("add", {{"n", "seven"}}));
  EXPECT_EQ(report_of([&] { batch.run_each(); }), "");
  const auto wrong = batch.execute("add", {{"n", "seven"}});
  EXPECT_EQ(report_of([&] { batch.run(); }),
            "error[server 22P02]: invalid input syntax for type integer: \"seven\"\n"
            " --> add:1:33\n"
            "  |\n"
            "1 | INSERT INTO batched (n) VALUES ({{ n }})\n"
            "  |                                 ^^^^^^^\n"
            "  = call 1 of the batch: add:1:1");
}

TEST_F(BatchTest, AResultThatDoesNotFitConcernsOnlyItself) {
  const auto wrong = batch.query<bool>("pairs", {{"n", 1}});
  const auto two = batch.query_one<Pair>("pairs", {{"n", 2}});
  const auto added = batch.execute("add", {{"n", 1}});
  batch.run();
  EXPECT_EQ(report_of([&] { static_cast<void>(wrong.get()); }).substr(0, 15), "error[mapping]:");
  EXPECT_EQ(report_of([&] { static_cast<void>(two.get()); }).substr(0, 19), "error[cardinality]:");
  EXPECT_EQ(added.get(), 1);
  EXPECT_EQ(all(), "1");
}

TEST_F(BatchTest, AResultIsThereOnceTheBatchHasRunAndIsTakenOnce) {
  const auto pending = batch.query<Pair>("pairs", {{"n", 1}});
  EXPECT_EQ(report_of([&] { static_cast<void>(pending.get()); }),
            "error[config]: the batch of this call has not run\n"
            "  = hint: call run() or run_each() before get()");
  batch.run();
  EXPECT_EQ(pending.get().size(), 1U);
  EXPECT_EQ(report_of([&] { static_cast<void>(pending.get()); }),
            "error[config]: the result of this call has been taken before");
}

TEST_F(BatchTest, BeginsAndCommitsAsItIsTold) {
  const auto user = batch.query_one<std::string>("setting", {{"name", "app.user"}});
  const auto level = batch.query_one<std::string>("setting", {{"name", "transaction_isolation"}});
  batch.run({.isolation = Isolation::Serializable, .settings = {{"app.user", "7"}}});
  EXPECT_EQ(user.get(), "7");
  EXPECT_EQ(level.get(), "serializable");

  const auto read_only = batch.execute("add", {{"n", 1}});
  EXPECT_EQ(report_of([&] { batch.run({.access = Access::ReadOnly}); }).substr(0, 20),
            "error[server 25006]:");
  const auto unknown = batch.execute("add", {{"n", 1}});
  const std::string report =
      report_of([&] { batch.run({.settings = {{"no_such_setting", "x"}}}); });
  EXPECT_EQ(report,
            "error[server 42704]: unrecognized configuration parameter \"no_such_setting\"");
  EXPECT_EQ(report_of([&] { static_cast<void>(unknown.get()); }), report);
  EXPECT_EQ(all(), "");
}

TEST_F(BatchTest, WhatFailsAtTheEndIsNoCallsFault) {
  for (const bool told : {false, true}) {
    const auto first = batch.execute("later", {{"n", 1}});
    const auto second = batch.execute("add", {{"n", 2}});
    const std::string report =
        report_of([&] { told ? batch.run(TransactionOptions{}) : batch.run(); });
    EXPECT_EQ(report.substr(0, 20), "error[server 23503]:");
    EXPECT_EQ(report.find("of the batch"), std::string::npos) << report;
    EXPECT_EQ(report_of([&] { static_cast<void>(first.get()); }), report);
    EXPECT_EQ(report_of([&] { static_cast<void>(second.get()); }), report);
    EXPECT_EQ(all(), "");
  }
}

TEST_F(BatchTest, CarriesNoCopy) {
  for (const bool each : {false, true}) {
    const auto added = batch.execute("add", {{"n", 1}});
    const auto copied = batch.query("copy");
    EXPECT_EQ(report_of([&] { each ? batch.run_each() : batch.run(); }),
              "error[config]: COPY cannot be part of a pipeline\n"
              "  = call 2 of the batch: copy:1:1\n"
              "  = hint: execute it by itself");
    EXPECT_EQ(report_of([&] { static_cast<void>(added.get()); }).substr(0, 14), "error[config]:");
  }
  EXPECT_EQ(all(), "");
}

TEST_F(BatchTest, RefusesToLeaveATransactionOpen) {
  const std::string refused =
      "error[config]: a call of the batch leaves a transaction open, and it has been rolled back";
  for (const bool each : {false, true}) {
    const auto before = batch.execute("add", {{"n", each ? 2 : 1}});
    const auto begin = batch.execute("begin");
    const auto behind = batch.execute("add", {{"n", 3}});
    const std::string report = report_of([&] { each ? batch.run_each() : batch.run(); });
    EXPECT_EQ(report.substr(0, refused.size()), each ? "" : refused);
    for (const auto& call : {begin, behind}) {
      EXPECT_EQ(report_of([&] { static_cast<void>(call.get()); }).substr(0, 14), "error[config]:");
    }
    if (each) {
      EXPECT_EQ(before.get(), 1);
    }
    EXPECT_EQ(all(), each ? "2" : "");
  }
  batch.execute("begin");
  const auto added = batch.execute("add", {{"n", 4}});
  batch.execute("commit");
  batch.run_each();
  EXPECT_EQ(added.get(), 1);
  EXPECT_EQ(all(), "2 4");
}

TEST_F(BatchTest, WhatAnOpenTransactionTakesBackIsNotDone) {
  const auto before = batch.execute("add", {{"n", 1}});
  batch.execute("begin");
  const auto lost = batch.execute("add", {{"n", 2}});
  batch.execute("begin");  // a warning of the server's, no more
  const auto wrong = batch.query_one<std::int32_t>("divide", {{"n", 0}});
  batch.run_each();
  EXPECT_EQ(before.get(), 1);
  EXPECT_EQ(report_of([&] { static_cast<void>(lost.get()); }).substr(0, 14), "error[config]:");
  EXPECT_EQ(report_of([&] { static_cast<void>(wrong.get()); }).substr(0, 20),
            "error[server 22012]:");
  EXPECT_EQ(all(), "1");
}

TEST_F(BatchTest, WithoutAConnectionItsCallsAreKept) {
  const Client nowhere(
      {.connection = {.conninfo = "host=/nowhere"},
       .loader = std::make_shared<jinja::MapLoader>(test::Templates{{"one", "SELECT 1"}})});
  Batch lost = nowhere.batch();
  const auto one = lost.query_one<std::int32_t>("one");
  EXPECT_EQ(report_of([&] { lost.run(); }).substr(0, 18), "error[connection]:");
  EXPECT_EQ(lost.size(), 1U);
}

TEST_F(BatchTest, ResultsMayOutliveIt) {
  std::optional<Pending<std::vector<Pair>>> pending;
  {
    Batch gone = db.batch();
    pending = gone.query<Pair>("pairs", {{"n", 1}});
    Batch moved = std::move(gone);
    moved.run();
  }
  EXPECT_EQ(pending->get(), (std::vector<Pair>{{1, "x1"}}));
}

}  // namespace
}  // namespace pgjinja
