#include "cli/value_json.hpp"

#include <pgjinja/core/error.hpp>

#include <cmath>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace pgjinja::cli {
namespace {

std::string written(const Value& value) {
  std::string out;
  append_value_json(out, value);
  return out;
}

std::string report_of(std::string_view json) {
  try {
    return "no error, but " + written(read_json(json, "p.json"));
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(ValueJson, ReadsAndWritesTheSame) {
  for (const char* json : {"null",
                           "true",
                           "false",
                           "0",
                           "-1",
                           "9223372036854775807",
                           "-9223372036854775808",
                           "1.5",
                           "1e+300",
                           "\"\"",
                           "\"a\\\"\\\\\\n\\u0000é\"",
                           "[]",
                           "[1,[2,[]]]",
                           "{}",
                           "{\"b\":1,\"a\":{\"$ref\":\"#\"}}",
                           "{\"$bytes\":\"AP8=\"}",
                           "{\"$text\":\"/w==\"}",
                           "{\"$float\":\"NaN\"}",
                           "{\"$float\":\"Infinity\"}",
                           "{\"$float\":\"-Infinity\"}",
                           "{\"$decimal\":\"1.50\"}",
                           "[{\"$date\":\"2024-02-29\"},{\"a\":{\"$uuid\":\"x\"}}]",
                           "{\"$timestamp\":\"2024-02-29T12:00:00\"}"}) {
    EXPECT_EQ(written(read_json(json, "p.json")), json);
  }
}

TEST(ValueJson, KeepsTheKindsApart) {
  EXPECT_EQ(read_json("1", "").kind(), Kind::Int);
  EXPECT_EQ(read_json("1.0", "").kind(), Kind::Float);
  EXPECT_EQ(read_json("1e2", "").kind(), Kind::Float);
  EXPECT_EQ(read_json("\"1\"", "").kind(), Kind::Text);
  EXPECT_EQ(read_json("{\"$bytes\": \"\"}", "").kind(), Kind::Bytes);
  EXPECT_TRUE(std::isnan(read_json("{\"$float\": \"NaN\"}", "").as_float()));
}

TEST(ValueJson, TakesTheTypesThatJsonLacksAsText) {
  for (const char* tag : {"$decimal", "$date", "$timestamp", "$uuid"}) {
    const std::string json = std::string("{\"") + tag + "\": \"x\"}";
    EXPECT_EQ(read_json(json, ""), Value("x")) << tag;
  }
}

TEST(ValueJson, ReadsAsDeepAsAValueGoes) {
  const std::string most(Value::kMaxDepth, '[');
  EXPECT_EQ(read_json(most + std::string(Value::kMaxDepth, ']'), "").kind(), Kind::List);
  EXPECT_TRUE(report_of('[' + most).starts_with("error[limit]: p.json is nested deeper than 1000"));
  EXPECT_TRUE(report_of(std::string(1'000'000, '[')).starts_with("error[limit]"));
}

TEST(ValueJson, PointsAtTheMistake) {
  const struct {
    const char* json;
    const char* start;
  } cases[] = {
      {"{\"a\": 1,\n \"b\": 12345678901234567890123, \"c\": 3}",
       "error[config]: the integer 12345678901234567890123 is beyond 64 bits\n --> p.json:2:7\n"},
      {"9223372036854775808",
       "error[config]: the integer 9223372036854775808 is beyond 64 bits\n --> p.json:1:1\n"},
      {"[1, -9223372036854775809]",
       "error[config]: the integer -9223372036854775809 is beyond 64 bits\n --> p.json:1:5\n"},
      {"{\"a\": 1, \"a\": 2}",
       "error[config]: the key \"a\" stands twice in one object\n --> p.json:1:10\n"},
      {"{\"x\": {\"$bytes\": \"?\"}}", "error[config]: {\"$bytes\": …} takes base64\n"},
      {"{\"$float\": 1}", "error[config]: {\"$float\": …} takes \"NaN\""},
      {"{\"$date\": 1}", "error[config]: {\"$date\": …} takes a text\n"},
  };
  for (const auto& c : cases)
    EXPECT_TRUE(report_of(c.json).starts_with(c.start)) << report_of(c.json);
}

TEST(ValueJson, RefusesWhatIsNoJson) {
  for (const std::string_view json :
       {std::string_view(""), std::string_view(" "), std::string_view("{"),
        std::string_view("[1,]"), std::string_view("{'a': 1}"), std::string_view("1 2"),
        std::string_view("NaN"), std::string_view("01"), std::string_view("\"\xff\""),
        std::string_view("\"a\0b\"", 5), std::string_view("\"\\ud800\""),
        std::string_view("// c\n1"), std::string_view("1e999")}) {
    EXPECT_TRUE(report_of(json).starts_with("error[config]: ")) << json << report_of(json);
    EXPECT_NE(report_of(json).find("--> p.json:1:"), std::string::npos) << json;
  }
}

TEST(ValueJson, WritesAnyBytesAsAString) {
  std::string out;
  append_json_string(out,
                     "a\xff\xfe"
                     "b\"");
  EXPECT_EQ(out,
            "\"a\xEF\xBF\xBD\xEF\xBF\xBD"
            "b\\\"\"");
}

}  // namespace
}  // namespace pgjinja::cli
