#include "client/columns.hpp"
#include "client/server.hpp"

#include <pgjinja/core/scalars.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using namespace std::chrono_literals;
using test::client_with;

/// What `SELECT expression` gives as T at its first execution, which answers in text, and at its
/// second one, which answers in binary.
template <class T>
std::vector<T> twice(const std::string& expression) {
  const Client db = client_with({{"select", "SELECT " + expression}}, 1);
  return {db.query_one<T>("select"), db.query_one<T>("select")};
}

template <class T>
void expect(const std::string& expression, const T& value) {
  EXPECT_EQ(twice<T>(expression), (std::vector<T>{value, value})) << expression;
  EXPECT_EQ(twice<std::optional<T>>(expression), (std::vector<std::optional<T>>{value, value}))
      << expression;
}

TEST(Types, AreEqualInTextAndBinary) {
  expect("true", true);
  expect("(-32768)::smallint", std::numeric_limits<std::int16_t>::min());
  expect("2147483647::integer", std::numeric_limits<std::int32_t>::max());
  expect("(-9223372036854775808)::bigint", std::numeric_limits<std::int64_t>::min());
  expect("0.1::real", 0.1F);
  expect("1e-300::double precision", 1e-300);
  expect("'infinity'::double precision", std::numeric_limits<double>::infinity());
  expect("'é''\"'::text", std::string("é'\""));
  expect("'\\x00ff'::bytea", std::vector<std::byte>{std::byte{0}, std::byte{0xFF}});
  expect("12345678901234567890.0500::numeric", Decimal{"12345678901234567890.0500"});
  expect("date '0044-03-15 BC'", Date(std::chrono::year{-43} / 3 / 15));
  expect("time '24:00'", TimeOfDay{24h});
  expect("timestamp '2024-02-29 12:00:00.000001'",
         Timestamp((std::chrono::local_days(std::chrono::year{2024} / 2 / 29)) + 12h + 1us));
  expect("timestamptz '1969-12-31 23:59:59.5+00'", TimestampTz(-500ms));
  expect("interval '1 month -2 days 3 hours'", Interval{1, -2, 3h});
  expect("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid",
         Uuid::parse("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"));
  expect("'{\"a\":  1}'::json", Json{"{\"a\":  1}"});
  expect("'{\"a\":  1}'::jsonb", Json{"{\"a\": 1}"});
}

TEST(Types, OfArraysAreEqualInTextAndBinary) {
  expect("'{1,2,3}'::bigint[]", std::vector<std::int64_t>{1, 2, 3});
  expect("'{}'::integer[]", std::vector<std::int32_t>{});
  expect("'{t,f}'::boolean[]", std::vector<bool>{true, false});
  expect("array['a,b', '', 'NULL', null, '\"']",
         std::vector<std::optional<std::string>>{"a,b", "", "NULL", std::nullopt, "\""});
  expect("array[1.50, 2]::numeric[]", std::vector<Decimal>{{"1.50"}, {"2"}});
  expect("array['\\x01'::bytea]", std::vector<std::vector<std::byte>>{{std::byte{1}}});
}

TEST(Types, NullIsAnEmptyOptionalInTextAndBinary) {
  EXPECT_EQ(twice<std::optional<std::string>>("NULL::text"),
            (std::vector<std::optional<std::string>>{std::nullopt, std::nullopt}));
  EXPECT_EQ(twice<std::optional<Uuid>>("NULL::uuid"),
            (std::vector<std::optional<Uuid>>{std::nullopt, std::nullopt}));
}

struct Everything {
  bool flag;
  std::int16_t small;
  std::int64_t big;
  double real;
  std::string text;
  TimestampTz at;
  Uuid uuid;
  Interval span;
  std::vector<std::string> tags;
  std::optional<Date> day;
  Json json;
  friend bool operator==(const Everything&, const Everything&) = default;
};

TEST(Types, FillOneStruct) {
  const Everything expected{true,       2,
                            3,          0.5,
                            "x",        TimestampTz(1s),
                            Uuid{},     Interval{0, 1, 0us},
                            {"a", "b"}, std::nullopt,
                            Json{"[]"}};
  EXPECT_EQ(twice<Everything>(
                "'[]'::json AS json, null::date AS day, array['a', 'b'] AS tags,"
                " interval '1 day' AS span, '00000000-0000-0000-0000-000000000000'::uuid AS uuid,"
                " to_timestamp(1) AS at, 'x' AS text, 0.5::double precision AS real,"
                " 3::bigint AS big, 2::smallint AS small, true AS flag"),
            (std::vector<Everything>{expected, expected}));
}

}  // namespace
}  // namespace pgjinja
