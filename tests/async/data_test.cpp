// Rows as data, and @plan, with an AsyncClient.

#include "async/fixture.hpp"

#include <pgjinja/core/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <boost/asio/use_future.hpp>

namespace pgjinja {
namespace {

using test::asio::awaitable;

const test::Templates kTemplates = {
    {"numbers", "SELECT g AS the_number FROM generate_series(1, {{ n }}::int) g"},
    {"keyed", "{#---\n@transform key_by('k', 'v')\n---#}\nSELECT 'a' AS k, 1 AS v"},
    {"unknown", "{#---\n@transform nst('a', 'b')\n---#}\nSELECT 1"},
    {"custom", "{#---\n@plan custom\n---#}\nSELECT current_setting('plan_cache_mode') || {{ t }}"},
    {"generic",
     "{#---\n@plan generic\n---#}\nSELECT current_setting('plan_cache_mode') || {{ t }}"},
    {"mode", "SELECT current_setting('plan_cache_mode')"}};

class AsyncDataTest : public test::AsyncTest {
 protected:
  AsyncClient db = client_with(kTemplates);

  awaitable<std::string> text(const AsyncExecutor& executor, const char* name) {
    co_return co_await executor.query_one<std::string>(name, args("t", "!"));
  }
};

TEST_F(AsyncDataTest, IsLedThroughTransforms) {
  const Transforms camel = {transform::camel_case()};
  const Transforms scalar = {transform::scalar()};
  run([&]() -> awaitable<void> {
    EXPECT_EQ(to_json(co_await db.fetch("numbers", args("n", 2), camel)),
              R"([{"theNumber":1},{"theNumber":2}])");
    EXPECT_EQ(to_json(co_await db.fetch("keyed")), R"({"a":1})");
    AsyncTransaction tx = co_await db.begin();
    EXPECT_EQ(to_json(co_await tx.fetch("numbers", args("n", 1), scalar)), "1");
    co_await tx.commit();
    AsyncBatch batch = db.batch();
    const auto keyed = batch.fetch("keyed");
    co_await batch.run();
    EXPECT_EQ(to_json(keyed.get()), R"({"a":1})");
  });
  EXPECT_EQ(report_of([&]() -> awaitable<void> {
              (void)co_await db.fetch("numbers", args("n", 2), scalar);
            }),
            "error[cardinality]: scalar takes one row, and there are 2\n"
            "  = while transforming the rows of numbers:1:1");
  EXPECT_EQ(
      report_of([&]() -> awaitable<void> { (void)co_await db.fetch("unknown"); }).substr(0, 48),
      "error[config]: there is no transform 'nst'\n --> ");
}

TEST_F(AsyncDataTest, IsPlannedAsItsTemplateSays) {
  const AsyncClient shared = db.with({.shared = true});
  run([&]() -> awaitable<void> {
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(co_await text(db, "custom"), "force_custom_plan!");
      EXPECT_EQ(co_await text(shared, "generic"), "force_generic_plan!");
      EXPECT_EQ(co_await text(db, "mode"), "auto");
    }
    AsyncTransaction tx = co_await db.begin();
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(co_await text(tx, "custom"), "force_custom_plan!");
      EXPECT_EQ(co_await text(tx, "mode"), "auto");
      EXPECT_EQ(co_await text(tx, "generic"), "force_generic_plan!");
    }
    co_await tx.commit();
    AsyncBatch batch = db.batch();
    const auto custom = batch.query_one<std::string>("custom", args("t", "?"));
    const auto mode = batch.query_one<std::string>("mode");
    co_await batch.run();
    EXPECT_EQ(custom.get(), "force_custom_plan?");
    EXPECT_EQ(mode.get(), "auto");
  });
}

TEST_F(AsyncDataTest, APlannedCallSharesNoPacket) {
  const AsyncClient shared = db.with({.shared = true});
  auto custom = shared.query_one<std::string>("custom", args("t", "!"), test::asio::use_future);
  auto mode = shared.query_one<std::string>("mode", {}, test::asio::use_future);
  auto generic = shared.query_one<std::string>("generic", args("t", "!"), test::asio::use_future);
  io.run();
  EXPECT_EQ(custom.get(), "force_custom_plan!");
  EXPECT_EQ(mode.get(), "auto");
  EXPECT_EQ(generic.get(), "force_generic_plan!");
}

TEST_F(AsyncDataTest, TheCallsOwnPlanGoesBefore) {
  const AsyncClient generic = db.with({.settings = {{"plan_cache_mode", "force_generic_plan"}}});
  run([&]() -> awaitable<void> {
    EXPECT_EQ(co_await text(generic, "custom"), "force_generic_plan!");
    AsyncTransaction tx = co_await generic.begin();
    EXPECT_EQ(co_await text(tx, "custom"), "force_generic_plan!");
    co_await tx.commit();
  });
}

TEST_F(AsyncDataTest, AStreamCannotBePlanned) {
  EXPECT_EQ(report_of([&]() -> awaitable<void> {
              auto rows = db.stream<std::string>("custom", args("t", ""));
              (void)co_await rows.next();
            }),
            "error[config]: a stream of an AsyncClient cannot have @plan\n"
            "  = while executing custom:1:1\n"
            "  = hint: have plan_cache_mode in the settings of a transaction");
}

}  // namespace
}  // namespace pgjinja
