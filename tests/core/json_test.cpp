#include <pgjinja/core/error.hpp>
#include <pgjinja/core/json.hpp>

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

struct Row {
  Value value;
  std::string json;
};

TEST(Json, WritesEachKind) {
  Map keys;
  keys.set(Value(1), Value("int"));
  keys.set(Value(2.5), Value("float"));
  keys.set(Value(nullptr), Value("null"));
  keys.set(Value("b\"c"), Value("text"));
  Map truth;
  truth.set(Value(true), Value(false));
  const Row rows[] = {
      {nullptr, "null"},
      {true, "true"},
      {false, "false"},
      {0, "0"},
      {std::numeric_limits<std::int64_t>::min(), "-9223372036854775808"},
      {std::numeric_limits<std::int64_t>::max(), "9223372036854775807"},
      {1.0, "1.0"},
      {-0.0, "-0.0"},
      {0.1, "0.1"},
      {1e300, "1e+300"},
      {1e-320, "1e-320"},
      {std::numeric_limits<double>::max(), "1.7976931348623157e+308"},
      {"", "\"\""},
      {"a\"b\\c/d", "\"a\\\"b\\\\c/d\""},
      {"\b\f\n\r\t\x01\x1F\x7F", "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\""},
      {std::string_view("a\0b", 3), "\"a\\u0000b\""},
      {"h\u00e9 \u20ac \U0001F418", "\"h\u00e9 \u20ac \U0001F418\""},
      {Value::list({}), "[]"},
      {Value::tuple({1, "a", nullptr}), "[1,\"a\",null]"},
      {Value::list({Value::list({1}), Value(Map{})}), "[[1],{}]"},
      {Value(Map{{"z", 1}, {"a", Value::list({true})}}), "{\"z\":1,\"a\":[true]}"},
      {Value(keys), R"({"1":"int","2.5":"float","null":"null","b\"c":"text"})"},
      {Value(truth), R"({"true":false})"},
  };
  for (const Row& row : rows) EXPECT_EQ(to_json(row.value), row.json);
}

struct Thing : Object {
  [[nodiscard]] std::string_view type_name() const noexcept override { return "thing"; }
};

TEST(Json, RefusesWhatJsonCannotSay) {
  Map odd;
  odd.set(Value::tuple({1}), Value(1));
  const Row rows[] = {
      {Value::bytes("x"), "a bytes value cannot be written as JSON"},
      {std::nan(""), "the float nan cannot be written as JSON"},
      {-std::numeric_limits<double>::infinity(), "the float -inf cannot be written as JSON"},
      {Value::undefined("user"), "undefined value 'user' cannot be written as JSON"},
      {Value::object<Thing>(), "an object (thing) cannot be written as JSON"},
      {Value::list({"\xFF"}), "text that is not valid UTF-8 cannot be written as JSON"},
      {Value(odd), "a map key of kind list cannot be written as JSON"},
  };
  for (const Row& row : rows) {
    try {
      to_json(row.value);
      ADD_FAILURE() << "written: " << row.json;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Runtime);
      EXPECT_EQ(error.message(), row.json);
    }
  }
}

TEST(Json, WritesTheDeepestValueThatThereIs) {
  Value value = Value::list({});
  for (std::uint32_t i = 1; i < Value::kMaxDepth; ++i) value = Value::list({value});
  EXPECT_EQ(to_json(value).size(), 2 * Value::kMaxDepth);
}

}  // namespace
}  // namespace pgjinja
