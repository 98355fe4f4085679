// What the server makes of types of its users: enums, domains, composites, and arrays of them.

#include "client/columns.hpp"
#include "client/server.hpp"

#include <pgjinja/core/range.hpp>
#include <pgjinja/jinja/loader.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

namespace mood {
enum class Mood { Happy, VerySad };
}

template <>
struct pgjinja::EnumLabels<mood::Mood> {
  static constexpr std::pair<mood::Mood, std::string_view> labels[] = {
      {mood::Mood::Happy, "happy"}, {mood::Mood::VerySad, "very, \"sad\""}};
};

namespace pgjinja {
namespace {

using mood::Mood;
using test::client_with;
using test::report_of;

struct Point {
  std::int32_t x;
  std::optional<std::string> label;
  friend bool operator==(const Point&, const Point&) = default;
};
struct Shape {
  std::string name;
  Point centre;
  std::vector<Point> corners;
  std::optional<Mood> mood;
  double area;
  std::vector<std::byte> raw;
  TimestampTz at;
  friend bool operator==(const Shape&, const Shape&) = default;
};

class ColumnTypesTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    client_with({}).run_script(R"sql(
      CREATE TYPE mood AS ENUM ('happy', 'very, "sad"');
      CREATE DOMAIN positive AS bigint CHECK (VALUE > 0);
      CREATE DOMAIN mail AS text;
      CREATE TYPE point2 AS (x int4, label text);
      CREATE TYPE shape AS (name text, centre point2, corners point2[], mood mood, area float8,
                            raw bytea, at timestamptz);
      CREATE DOMAIN marked AS point2;
    )sql");
  }

  /// What `SELECT expression` gives at its first execution and, where there is one, in binary.
  template <class T>
  static std::vector<T> twice(const std::string& expression, const Context& arguments = {}) {
    const Client db = client_with({{"select", "SELECT " + expression}}, 1);
    return {db.query_one<T>("select", arguments), db.query_one<T>("select", arguments)};
  }
  template <class T>
  static void expect(const std::string& expression, const T& value) {
    EXPECT_EQ(twice<T>(expression), (std::vector<T>{value, value})) << expression;
  }
  /// As above for what is not a row of its own.
  template <class T>
  static void expect_column(const std::string& expression, const T& value) {
    expect(expression, std::optional<T>(value));
  }
  /// A value that goes to the server and comes back as it went.
  template <class T>
  static void round_trip(const std::string& type, const T& value) {
    const std::vector<T> expected{value, value};
    EXPECT_EQ(twice<T>("{{ v }}::" + type, {{"v", value}}), expected) << type;
  }
};

TEST_F(ColumnTypesTest, EnumsAreTheirLabels) {
  expect("'happy'::mood", Mood::Happy);
  expect("'happy'", Mood::Happy);
  expect("array['very, \"sad\"', 'happy']::mood[]", std::vector{Mood::VerySad, Mood::Happy});
  expect("array['happy', null]", std::vector<std::optional<Mood>>{Mood::Happy, std::nullopt});
  expect("null::mood", std::optional<Mood>());
  expect("'happy'::mood", std::string("happy"));
  round_trip("mood", Mood::VerySad);
  round_trip("mood", std::optional<Mood>());
  round_trip("mood[]", std::vector<std::optional<Mood>>{Mood::VerySad, std::nullopt});
}

TEST_F(ColumnTypesTest, DomainsAreTheirBaseTypes) {
  expect("7::positive", std::int64_t{7});
  expect("'a@b'::mail", std::string("a@b"));
  expect("null::positive", std::optional<std::int64_t>());
  expect("array[1, 2]::positive[]", std::vector<std::int64_t>{1, 2});
  expect("array['a b', 'c']::mail[]", std::vector<std::string>{"a b", "c"});
  expect("array[[1, 2]]::positive[]", std::vector<std::vector<std::int64_t>>{{1, 2}});
  expect_column("row(1, 'a')::point2::marked", Point{1, "a"});
}

TEST_F(ColumnTypesTest, CompositesAreStructs) {
  const Point point{-1, "a (\"b\"), \\c\n"};
  const std::string sql = R"(row(-1, E'a ("b"), \\c\n')::point2)";
  expect_column(sql, point);
  expect("array[" + sql + ", row(2, null)]::point2[]", std::vector<Point>{point, {2, {}}});
  expect("array[null, " + sql + "]", std::vector<std::optional<Point>>{std::nullopt, point});
  expect("null::point2", std::optional<Point>());
  expect("array(SELECT row(i, 'x' || i) FROM generate_series(1, 2) i)",
         std::vector<std::tuple<std::int32_t, std::string>>{{1, "x1"}, {2, "x2"}});
  expect_column("row('s', " + sql +
                    ", array[row(1, ''), row(2, 'NULL')]::point2[], 'very, \"sad\"', 0.1, "
                    "'\\x00ff', '2024-02-29 12:00+00')::shape",
                Shape{"s",
                      point,
                      {{1, ""}, {2, "NULL"}},
                      Mood::VerySad,
                      0.1,
                      {std::byte{0}, std::byte{255}},
                      TimestampTz(std::chrono::sys_days(std::chrono::year{2024} / 2 / 29) +
                                  std::chrono::hours(12))});
}

struct Visitor {
  std::string name;
  std::vector<std::tuple<std::int64_t, Date>> visits;
};

TEST_F(ColumnTypesTest, RowsAreNestedInRows) {
  const auto rows = twice<Visitor>(
      "'Ann' AS name, array(SELECT (i, date '2024-02-27' + i::int) FROM generate_series(1, 2) i) "
      "AS visits");
  for (const Visitor& visitor : rows) {
    ASSERT_EQ(visitor.visits.size(), 2U);
    EXPECT_EQ(visitor.visits[1], std::tuple(2, Date(std::chrono::year{2024} / 2 / 29)));
  }
}

TEST_F(ColumnTypesTest, ACellIsAStructToo) {
  const Client db = client_with({{"select", "SELECT row(1, 'a')::point2 AS p"}});
  EXPECT_EQ(db.query("select").at(0)["p"].as<Point>(), (Point{1, "a"}));
}

TEST_F(ColumnTypesTest, RangesAreThemselves) {
  using Ints = Range<std::int32_t>;
  expect("'[1,4]'::int4range", Ints{.lower = 1, .upper = 5});
  expect("'(,4]'::int4range", Ints{.upper = 5});
  expect("'empty'::int4range", Ints{.empty = true});
  expect("array['[1,2)', null]::int4range[]",
         std::vector<std::optional<Ints>>{Ints{.lower = 1, .upper = 2}, std::nullopt});
  round_trip("int8range", Range<std::int64_t>{.lower = -1, .upper = 1LL << 40});
  round_trip("numrange", Range<Decimal>{{{"1.50"}}, {{"2"}}, false, true});
  round_trip("daterange", Range<Date>{.lower = Date(std::chrono::year{-43} / 3 / 15)});
  round_trip("tsrange", Range<Timestamp>{.upper = Timestamp(std::chrono::microseconds(-1))});
  round_trip("tstzrange", Range<TimestampTz>{TimestampTz(), TimestampTz(), true, true});
  round_trip("int4multirange", Multirange<std::int32_t>{{{.lower = 1, .upper = 5}, {.lower = 7}}});
  round_trip("datemultirange", Multirange<Date>{});
  round_trip("tstzmultirange", Multirange<TimestampTz>{{{.upper = TimestampTz()}}});
  round_trip("nummultirange[]", std::vector<Multirange<Decimal>>{{}, {{{.lower = {{"0.10"}}}}}});
}

TEST_F(ColumnTypesTest, ArraysHaveDimensionsAndLengths) {
  round_trip("int8[]", std::vector<std::vector<std::int64_t>>{{1, 2}, {3, 4}});
  round_trip("text[]", std::vector<std::vector<std::optional<std::string>>>{{"NULL", {}}});
  round_trip("bool[]", std::vector<std::vector<std::vector<bool>>>{{{true}, {false}}});
  round_trip("int8[]", std::vector<std::vector<std::int64_t>>{});
  round_trip("int4[]", std::array{1, 2, 3});
  round_trip("float8[]", std::array<std::array<double, 1>, 2>{{{1}, {2}}});
  round_trip("bytea", std::array{std::byte{0}, std::byte{255}});
  const std::array raw{std::byte{7}};
  EXPECT_EQ(
      twice<std::vector<std::byte>>("{{ v }}::bytea", {{"v", std::span<const std::byte>(raw)}})
          .at(1),
      std::vector<std::byte>{std::byte{7}});
}

TEST_F(ColumnTypesTest, TimesHaveTheirUnits) {
  using namespace std::chrono;
  round_trip("timestamptz", sys_seconds(1'709'208'000s));
  round_trip("timestamptz", sys_time<nanoseconds>(microseconds(-1)));
  round_trip("timestamp", local_time<milliseconds>(-1ms));
  round_trip("date", year{-43} / 3 / 15);
  round_trip("interval", -90min);
  round_trip("interval", microseconds(1));
  round_trip("time", 24h);
  expect("timestamptz '2024-03-02' - timestamptz '2024-02-28 12:00'", hours(60));
}

TEST_F(ColumnTypesTest, AForeignTypeThatDoesNotFitIsNoFaultOfTheServer) {
  EXPECT_TRUE(
      report_of([] { static_cast<void>(twice<std::vector<std::int64_t>>("'happy'::mood AS m")); })
          .starts_with("error[mapping]: column \"m\" of row 1 does not fit the value asked "
                       "for (std::vector<std::int64_t>): the server sent 5 bytes that are no "
                       "array: 'happy'\n"));
}

TEST_F(ColumnTypesTest, TheTypesHaveTheseOids) {
  const Client db = client_with({{"oids",
                                  "SELECT format_type(oid, null), oid::int8, typarray::int8 "
                                  "FROM pg_type WHERE typname ~ 'range$' AND oid < 10000 "
                                  "AND typtype IN ('r', 'm')"}});
  using Entry = std::tuple<std::string, std::int64_t, std::int64_t>;
  const auto entries = db.query<Entry>("oids");
  EXPECT_GE(entries.size(), 12U);
  for (const auto& [name, type, array] : entries) {
    EXPECT_EQ(pg::type_name(static_cast<pg::Oid>(type)), name);
    EXPECT_EQ(pg::element_type(static_cast<pg::Oid>(array)), static_cast<pg::Oid>(type)) << name;
  }
}

struct Account {
  std::int64_t accountId;
  std::string ownerName;
  friend bool operator==(const Account&, const Account&) = default;
};

TEST_F(ColumnTypesTest, AClientNamesColumns) {
  const Client db({.connection = test::server().settings(),
                   .loader = std::make_shared<jinja::MapLoader>(std::map<std::string, std::string>{
                       {"all",
                        "SELECT {{ _model_fields_ }} FROM (SELECT 1::int8 AS account_id, "
                        "'Ann' AS owner_name) AS account"}}),
                   .column_naming = snake_case});
  const Account expected{1, "Ann"};
  EXPECT_EQ(db.query_one<Account>("all"), expected);
  EXPECT_EQ(db.begin().query_one<Account>("all"), expected);
  for (const Account& account : db.stream<Account>("all")) EXPECT_EQ(account, expected);
  Batch batch = db.batch();
  const auto pending = batch.query_one<Account>("all");
  batch.run();
  EXPECT_EQ(pending.get(), expected);
}

}  // namespace
}  // namespace pgjinja
