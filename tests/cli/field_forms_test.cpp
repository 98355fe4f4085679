#include "cli/field_forms.hpp"

#include "cli/result_printer.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace pgjinja::cli {
namespace {

namespace oid = pg::oid;

std::string json(const Value& field, pg::Oid type) {
  std::string out;
  append_field_json(out, field, type);
  return out;
}

TEST(FieldForms, AreTextAndJson) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const struct {
    Value field;
    pg::Oid type;
    const char* text;
    const char* json;
  } cases[] = {
      {Value(true), oid::kBool, "true", "true"},
      {Value(INT64_MIN), oid::kInt8, "-9223372036854775808", "-9223372036854775808"},
      {Value(0.1), oid::kFloat8, "0.1", "0.1"},
      {Value(static_cast<double>(0.1F)), oid::kFloat4, "0.1", "0.1"},
      {Value(1.0), oid::kFloat8, "1", "1"},
      {Value(kNan), oid::kFloat8, "NaN", "\"NaN\""},
      {Value(-kInfinity), oid::kFloat4, "-Infinity", "\"-Infinity\""},
      {Value("12345678901234567890.10"), oid::kNumeric, "12345678901234567890.10",
       "12345678901234567890.10"},
      {Value("-0.5"), oid::kNumeric, "-0.5", "-0.5"},
      {Value("NaN"), oid::kNumeric, "NaN", "\"NaN\""},
      {Value("5"), oid::kText, "5", "\"5\""},
      {Value("a\"\n"), oid::kText, "a\"\n", "\"a\\\"\\n\""},
      {Value("{\"a\": [1]}"), oid::kJsonb, "{\"a\": [1]}", "{\"a\": [1]}"},
      {Value::bytes(std::string_view("\0\xFF", 2)), oid::kBytea, "\\x00ff", "\"\\\\x00ff\""},
      {Value("2024-02-29"), oid::kDate, "2024-02-29", "\"2024-02-29\""},
      {Value::list({1, nullptr, 3}), oid::kInt4Array, "{1,NULL,3}", "[1,null,3]"},
      {Value::list({"a b", "", "NULL", "x", "q\"\\", "{"}), oid::kTextArray,
       "{\"a b\",\"\",\"NULL\",x,\"q\\\"\\\\\",\"{\"}",
       "[\"a b\",\"\",\"NULL\",\"x\",\"q\\\"\\\\\",\"{\"]"},
      {Value::list({Value::list({"1.5"}), Value::list({"NaN"})}), oid::kNumericArray,
       "{{1.5},{NaN}}", "[[1.5],[\"NaN\"]]"},
      {Value::list({"{}", "1"}), oid::kJsonArray, "{\"{}\",1}", "[{},1]"},
      {Value::list({}), oid::kInt4Array, "{}", "[]"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(field_text(c.field, c.type), c.text);
    EXPECT_EQ(json(c.field, c.type), c.json);
  }
  EXPECT_EQ(json(Value(), oid::kText), "null");
}

TEST(FieldForms, NumbersAreTheTypesThatLineUpRight) {
  EXPECT_TRUE(is_number_type(oid::kInt2));
  EXPECT_TRUE(is_number_type(oid::kNumeric));
  EXPECT_FALSE(is_number_type(oid::kText));
  EXPECT_FALSE(is_number_type(oid::kInt4Array));
}

// RFC 4180, section 2; an empty text is quoted to keep it apart from NULL.
TEST(CsvField, IsQuotedWhereItMustBe) {
  EXPECT_EQ(csv_field("a b"), "a b");
  EXPECT_EQ(csv_field(""), "\"\"");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"x\""), "\"say \"\"x\"\"\"");
  EXPECT_EQ(csv_field("a\nb"), "\"a\nb\"");
  EXPECT_EQ(csv_field("a\rb"), "\"a\rb\"");
}

}  // namespace
}  // namespace pgjinja::cli
