// Rows as data, and @plan, with an AsyncClient.

#include "async/fixture.hpp"

#include <pgjinja/core/json.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <boost/asio/use_future.hpp>

namespace pgjinja {
namespace {

using test::asio::awaitable;

const test::Templates kTemplates = {
    {"numbers", "SELECT g AS the_number FROM generate_series(1, {{ n }}::int) g"},
    {"keyed", "{#---\n@transform key_by('k', 'v')\n---#}\nSELECT 'a' AS k, 1 AS v"},
    {"nested",
     "{#---\n@transform nest('parts', 'part_')\n---#}\n"
     "SELECT g / 2 AS the_id, g AS part_no FROM generate_series(1, 5) g"},
    {"late error", "SELECT 10 / (5 - g) AS n FROM generate_series(1, 9) g"},
    {"sorted",
     "{#---\n@sort the_n\n@transform column('the_n')\n---#}\n"
     "SELECT g AS the_n FROM generate_series(1, 5) g"},
    {"unknown", "{#---\n@transform nst('a', 'b')\n---#}\nSELECT 1"},
    {"custom", "{#---\n@plan custom\n---#}\nSELECT current_setting('plan_cache_mode') || {{ t }}"},
    {"generic",
     "{#---\n@plan generic\n---#}\nSELECT current_setting('plan_cache_mode') || {{ t }}"},
    {"mode", "SELECT current_setting('plan_cache_mode')"}};

const Transforms kCamel = {transform::camel_case()};

/// Without what is odd; fails at `wrong`.
Transform even_until(std::int64_t wrong) {
  return Transform::rows("even", [wrong](Map row) -> std::optional<Map> {
    const std::int64_t number = row.at("the_number").as_int();
    if (number == wrong) throw Error(ErrorKind::Mapping, "a wrong number");
    return number % 2 == 0 ? std::optional<Map>(std::move(row)) : std::nullopt;
  });
}

class AsyncDataTest : public test::AsyncTest {
 protected:
  AsyncClient db = AsyncClient(io, {.connection = test::patient_settings(),
                                    .pool = {.max_size = 1},
                                    .loader = std::make_shared<jinja::MapLoader>(kTemplates),
                                    .cursor_secrets = {"0123456789abcdef"}});
  Client blocking = test::client_with(kTemplates, 1);

  /// All rows as JSON, one behind the other.
  static awaitable<std::string> drain(AsyncStream<Map> rows) {
    std::string all;
    while (const Map* row = co_await rows.next()) all += to_json(Value(*row));
    co_return all;
  }
  static std::string drain(Stream<Map> rows) {
    std::string all;
    for (const Map& row : rows) all += to_json(Value(row));
    return all;
  }

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

TEST_F(AsyncDataTest, StreamsAreLedThroughTransforms) {
  // What nest() makes of several rows comes out when the next one begins, or behind the last row.
  for (const std::uint32_t size : {0U, 1U, 2U, 1000U}) {
    const StreamOptions options{.fetch_size = size};
    run([&]() -> awaitable<void> {
      EXPECT_EQ(co_await drain(db.fetch_stream("nested", {}, options, kCamel)),
                R"({"theId":0,"parts":[{"no":1}]}{"theId":1,"parts":[{"no":2},{"no":3}]})"
                R"({"theId":2,"parts":[{"no":4},{"no":5}]})");
      EXPECT_EQ(co_await drain(db.fetch_stream("numbers", args("n", 0), options)), "");
    });
  }
  run([&]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    EXPECT_EQ(co_await drain(tx.fetch_stream("numbers", args("n", 2))),
              R"({"the_number":1}{"the_number":2})");
    co_await tx.commit();
  });
}

TEST_F(AsyncDataTest, AStreamWhosePortionsAreLeftOutGoesOn) {
  const Transforms even = {even_until(0)};
  run([&]() -> awaitable<void> {
    for (const std::uint32_t size : {0U, 1U, 1000U}) {
      const StreamOptions options{.fetch_size = size};
      auto rows = db.fetch_stream("numbers", args("n", 2001), options, even);
      std::int64_t seen = 0;
      while (const Map* row = co_await rows.next())
        EXPECT_EQ(row->at("the_number").as_int(), seen += 2);
      EXPECT_EQ(seen, 2000);
      EXPECT_EQ(co_await rows.next(), nullptr);
    }
    // One that is destroyed in the midst of them gives the connection back.
    const StreamOptions few{.fetch_size = 10};
    auto rows = db.fetch_stream("numbers", args("n", 1000), few, even);
    EXPECT_EQ((co_await rows.next())->at("the_number").as_int(), 2);
  });
}

TEST_F(AsyncDataTest, ErrorsOfAStreamAreThoseOfAClients) {
  const StreamOptions pairs{.fetch_size = 2};
  const auto expect_same = [&](const char* name, const Context& arguments,
                               const Transforms& transforms, const std::string& report) {
    EXPECT_EQ(report_of([&]() -> awaitable<void> {
                (void)co_await drain(db.fetch_stream(name, arguments, pairs, transforms));
              }),
              report);
    EXPECT_EQ(blocking_report(
                  [&] { (void)drain(blocking.fetch_stream(name, arguments, pairs, transforms)); }),
              report);
    run([&]() -> awaitable<void> {  // the connection is free
      EXPECT_EQ(to_json(co_await db.fetch("numbers", args("n", 0))), "[]");
    });
  };
  expect_same("numbers", {{"n", 9}}, {even_until(7)},
              "error[mapping]: a wrong number\n"
              "  = while transforming the rows of numbers:1:1");
  expect_same("late error", {}, {},
              "error[server 22012]: division by zero\n"
              "  = while executing late error:1:1");
  expect_same("numbers", {{"n", 1}}, {transform::nest("list", "no_such_")},
              "error[mapping]: nest: no column's name begins with \"no_such_\"\n"
              "  = while transforming the rows of numbers:1:1\n"
              "  = detail: columns: the_number");
}

TEST_F(AsyncDataTest, AFailedTransformSpoilsNoTransaction) {
  const Transforms wrong = {even_until(3)};
  const StreamOptions one_by_one{.fetch_size = 1};
  run([&]() -> awaitable<void> {
    AsyncTransaction tx = co_await db.begin();
    auto rows = tx.fetch_stream("numbers", args("n", 9), one_by_one, wrong);
    EXPECT_EQ((co_await rows.next())->at("the_number").as_int(), 2);
    for (int again = 0; again < 2; ++again) {
      std::string report;
      try {
        (void)co_await rows.next();
      } catch (const Error& error) {
        report = error.message();
      }
      EXPECT_EQ(report, "a wrong number");
    }
    EXPECT_EQ(to_json(co_await tx.fetch("numbers", args("n", 1))), R"([{"the_number":1}])");
    co_await tx.commit();
  });
}

TEST_F(AsyncDataTest, WhatCannotBeTransformedIsThrownAtOnce) {
  EXPECT_EQ(blocking_report([&] { (void)db.fetch_stream("keyed"); }),
            "error[config]: key_by takes the whole result, which a stream never has\n"
            " --> keyed:2:12\n"
            "  |\n"
            "2 | @transform key_by('k', 'v')\n"
            "  |            ^^^^^^^^^^^^^^^^\n"
            "  = hint: fetch() has it");
  const std::string unknown = blocking_report([&] { (void)blocking.fetch("unknown"); });
  EXPECT_EQ(unknown.substr(0, 43), "error[config]: there is no transform 'nst'\n");
  EXPECT_EQ(blocking_report([&] { (void)db.fetch_stream("unknown"); }), unknown);
  EXPECT_EQ(blocking_report([&] { (void)db.fetch_page("unknown"); }), unknown);
  EXPECT_EQ(blocking_report([&] { (void)db.fetch_offset_page("unknown", {}, {}); }), unknown);
  const AsyncTransaction none;
  const std::string ended = "error[config]: this transaction has ended";
  EXPECT_EQ(blocking_report([&] { (void)none.fetch_stream("numbers"); }), ended);
  EXPECT_EQ(blocking_report([&] { (void)none.fetch("numbers"); }), ended);
  EXPECT_EQ(blocking_report([&] { (void)none.fetch_page("numbers"); }), ended);
  EXPECT_EQ(blocking_report([&] { (void)none.fetch_offset_page("numbers", {}, {}); }), ended);
}

TEST_F(AsyncDataTest, PagesAreLedThroughTransforms) {
  const PageRequest pair{.size = 2};
  const OffsetRequest third{.size = 2, .offset = 2, .total = true};
  run([&]() -> awaitable<void> {
    const DataPage first = co_await db.fetch_page("sorted", {}, pair);
    EXPECT_EQ(to_json(first.data), "[1,2]");
    EXPECT_FALSE(first.previous);
    const PageRequest behind{.size = 3, .after = *first.next};
    const DataPage last = co_await db.fetch_page("sorted", {}, behind);
    EXPECT_EQ(to_json(last.data), "[3,4,5]");
    EXPECT_FALSE(last.next);
    const PageRequest before{.size = 2, .before = *last.previous};
    EXPECT_EQ(to_json((co_await db.fetch_page("sorted", {}, before)).data), "[1,2]");

    AsyncTransaction tx = co_await db.begin();
    const DataOffsetPage offset = co_await tx.fetch_offset_page("sorted", {}, third);
    EXPECT_EQ(to_json(offset.data), "[3,4]");
    EXPECT_TRUE(offset.more);
    EXPECT_EQ(offset.total, 5);
    co_await tx.commit();
  });
}

}  // namespace
}  // namespace pgjinja
