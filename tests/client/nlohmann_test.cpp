#include "client/columns.hpp"
#include "client/server.hpp"

#include <pgjinja/client/nlohmann.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using nlohmann::json;
using test::client_with;
using test::report_of;

struct Document {
  std::int64_t id;
  json body;
  std::optional<json> extra;
  std::vector<std::optional<json>> parts;
};

TEST(NlohmannJson, IsAMemberAndAnArgument) {
  const Client db =
      client_with({{"echo",
                    "SELECT 7::int8 AS id, {{ body }}::jsonb AS body, NULL::json AS extra,"
                    " array[{{ body }}, NULL]::json[] AS parts"}},
                  1);
  const json body{{"a", {1, 2.5, nullptr, "\u00e9\""}}, {"b", true}};
  for (int time = 0; time < 2; ++time) {
    const auto row = db.query_one<Document>("echo", {{"body", body}});
    EXPECT_EQ(row.id, 7);
    EXPECT_EQ(row.body, body);
    EXPECT_FALSE(row.extra.has_value());
    ASSERT_EQ(row.parts.size(), 2U);
    EXPECT_EQ(row.parts[0].value(), body);
    EXPECT_FALSE(row.parts[1].has_value());
  }
}

TEST(NlohmannJson, JsonsNullIsAValue) {
  const Client db = client_with({{"null", "SELECT 'null'::jsonb"}});
  const auto row = db.query_one<std::optional<json>>("null");
  ASSERT_TRUE(row.has_value());
  EXPECT_TRUE(row->is_null());
}

TEST(NlohmannJson, SaysWhatItCannotHold) {
  const test::Columns columns{test::text_column("j", pg::oid::kJson)};
  const std::string report =
      report_of([&] { static_cast<void>(test::rows_of<json>(columns, {{"{\"a\":"}})); });
  EXPECT_TRUE(
      report.starts_with("error[mapping]: column \"j\" of row 1 does not fit the value "
                         "asked for (nlohmann::json): [json.exception.parse_error"))
      << report;
  EXPECT_EQ(report_of([] {
              static_cast<void>(test::rows_of<json>({test::text_column("j", pg::oid::kText)}, {}));
            }),
            "error[mapping]: column \"j\" is text, and the value asked for is nlohmann::json\n"
            "  = hint: cast it in SQL (\"j\"::jsonb), or ask for std::string");
  EXPECT_TRUE(report_of([] { Value(json("\xff")); }).starts_with("error[encode]: "));
}

}  // namespace
}  // namespace pgjinja
