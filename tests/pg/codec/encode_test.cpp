#include "pg/codec/decoding.hpp"

#include <pgjinja/pg/codec.hpp>

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace pgjinja::pg {
namespace {

constexpr auto kText = Format::Text;
constexpr auto kBinary = Format::Binary;
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

struct Row {
  Value value;
  Oid type;
  Format format;
  std::string bytes;  // in hex when binary
};

void expect_encoded(const Row& row) {
  std::string out = "before";
  const Format format = encode(row.value, row.type, out);
  EXPECT_EQ(format, row.format) << type_name(row.type) << " " << row.bytes;
  EXPECT_EQ(out, "before" + (row.format == kText ? row.bytes : from_hex(row.bytes)))
      << type_name(row.type);
}

TEST(Encode, ScalarsInTheirNaturalTypes) {
  const Row rows[] = {
      {true, oid::kBool, kBinary, "01"},
      {false, oid::kBool, kBinary, "00"},
      {-32768, oid::kInt2, kBinary, "8000"},
      {-2, oid::kInt4, kBinary, "fffffffe"},
      {kLeast, oid::kInt8, kBinary, "8000000000000000"},
      {4294967295LL, oid::kOid, kBinary, "ffffffff"},
      {16777216, oid::kFloat4, kBinary, "4b800000"},
      {3, oid::kFloat8, kBinary, "4008000000000000"},
      {0, oid::kNumeric, kBinary, "0000 0000 0000 0000"},
      {-10002, oid::kNumeric, kBinary, "0002 0001 4000 0000 0001 0002"},
      {kLeast, oid::kNumeric, kBinary, "0005 0004 4000 0000 039a 0d2c 0170 1565 16b0"},
      {1.5, oid::kFloat8, kBinary, "3ff8000000000000"},
      {-0.0, oid::kFloat8, kBinary, "8000000000000000"},
      {1.5, oid::kFloat4, kBinary, "3fc00000"},
      {"h\u00e9", oid::kText, kBinary, "68 c3 a9"},
      {"", oid::kVarchar, kBinary, ""},
      {"00112233-4455-6677-8899-AABBCCDDEEFF", oid::kUuid, kBinary,
       "00112233445566778899aabbccddeeff"},
      {Value::bytes(std::string_view("\0\xFF", 2)), oid::kBytea, kBinary, "00ff"},
  };
  for (const Row& row : rows) expect_encoded(row);
}

TEST(Encode, EverythingElseIsItsTextForm) {
  const Row rows[] = {
      {true, oid::kUnknown, kText, "true"},
      {true, oid::kText, kText, "true"},
      {kMost, oid::kUnknown, kText, "9223372036854775807"},
      {7, oid::kText, kText, "7"},
      {-1, oid::kOid, kText, "-1"},                 // the server's to judge
      {16777217, oid::kFloat4, kText, "16777217"},  // not exact
      {9007199254740993, oid::kFloat8, kText, "9007199254740993"},
      {0.1, oid::kFloat4, kText, "0.1"},
      {1e300, oid::kFloat4, kText, "1e+300"},
      {0.1, oid::kNumeric, kText, "0.1"},
      {1e-320, oid::kUnknown, kText, "1e-320"},
      {std::nan(""), oid::kUnknown, kText, "NaN"},
      {std::numeric_limits<double>::infinity(), oid::kNumeric, kText, "Infinity"},
      {-std::numeric_limits<double>::infinity(), oid::kUnknown, kText, "-Infinity"},
      {"7", oid::kInt4, kText, "7"},
      {"x", oid::kName, kText, "x"},
      {"{}", oid::kJsonb, kText, "{}"},
      {"no uuid", oid::kUuid, kText, "no uuid"},
      {"2024-02-29", oid::kDate, kText, "2024-02-29"},
      {Value::bytes("\x01\xAB"), oid::kUnknown, kText, "\\x01ab"},
      {Value(Map{{"a", Value::list({1, "x\"y"})}}), oid::kUnknown, kText, R"({"a":[1,"x\"y"]})"},
      {Value::list({1, nullptr, "a"}), oid::kJsonb, kText, R"([1,null,"a"])"},
  };
  for (const Row& row : rows) expect_encoded(row);
}

TEST(Encode, ListsAreArrays) {
  const Value two_by_two = Value::list({Value::list({1, 2}), Value::list({3, nullptr})});
  const Row rows[] = {
      {Value::list({}), oid::kInt4Array, kText, "{}"},
      {Value::list({}), oid::kUnknown, kText, "{}"},
      {Value::list({Value::list({}), Value::list({})}), oid::kInt4Array, kText, "{}"},
      {Value::list({1, nullptr}), oid::kInt4Array, kBinary,
       "00000001 00000001 00000017 00000002 00000001 00000004 00000001 ffffffff"},
      {Value::tuple({"a", ""}), oid::kTextArray, kBinary,
       "00000001 00000001 00000019 00000002 00000001 00000001 61 00000000"},
      {two_by_two, oid::kInt2Array, kBinary,
       "00000002 00000001 00000015 00000002 00000001 00000002 00000001 "
       "00000002 0001 00000002 0002 00000002 0003 ffffffff"},
      {two_by_two, oid::kUnknown, kText, "{{1,2},{3,NULL}}"},
      {Value::list({1, "2"}), oid::kInt4Array, kText, R"({1,"2"})"},
      {Value::list({1, 2}), oid::kTextArray, kText, "{1,2}"},
      {Value::list({1.5, true}), oid::kUnknown, kText, "{1.5,true}"},
      {Value::list({"a,b", "NULL", "", "{\"\\}", " x "}), oid::kUnknown, kText,
       R"({"a,b","NULL","","{\"\\}"," x "})"},
      {Value::list({Value::bytes("\x01")}), oid::kUnknown, kText, R"({"\\x01"})"},
      {Value::list({Value(Map{{"a", 1}})}), oid::kJsonbArray, kText, R"({"{\"a\":1}"})"},
  };
  for (const Row& row : rows) expect_encoded(row);
}

struct Thing : Object {
  [[nodiscard]] std::string_view type_name() const noexcept override { return "loop"; }
};

TEST(Encode, SaysWhyItRefuses) {
  const auto nested = [](int depth) {
    Value value = 1;
    for (int i = 0; i < depth; ++i) value = Value::list({value});
    return value;
  };
  const std::string ragged = "a list whose sub-lists differ in length or depth cannot be an array";
  const struct {
    Value value;
    Oid type;
    std::string message;
  } rows[] = {
      {32768, oid::kInt2, "32768 is out of range for type smallint"},
      {-2147483649LL, oid::kInt4, "-2147483649 is out of range for type integer"},
      {4294967296LL, oid::kOid, "4294967296 is out of range for type oid"},
      {Value::list({1, 32768}), oid::kInt2Array, "32768 is out of range for type smallint"},
      {std::string_view("a\0b", 3), oid::kUnknown,
       "text with a NUL byte (at offset 1) cannot be a parameter"},
      {std::string_view("a\0b", 3), oid::kText,
       "text with a NUL byte (at offset 1) cannot be a parameter"},
      {"ab\xFF", oid::kText, "text that is not valid UTF-8 (at offset 2) cannot be a parameter"},
      {Value::list({"\xC0\x80"}), oid::kUnknown,
       "text that is not valid UTF-8 (at offset 0) cannot be a parameter"},
      {Value::undefined("user"), oid::kInt4, "undefined value 'user' cannot be a parameter"},
      {Value::list({Value::undefined("x")}), oid::kInt4Array,
       "undefined value 'x' cannot be a parameter"},
      {Value::object<Thing>(), oid::kText, "an object (loop) cannot be a parameter"},
      {Value::list({Value::object<Thing>()}), oid::kTextArray,
       "an object (loop) cannot be a parameter"},
      {Value(), oid::kText, "a null has no bytes"},
      {Value::list({Value::list({1}), Value::list({1, 2})}), oid::kInt4Array, ragged},
      {Value::list({Value::list({1}), 2}), oid::kUnknown, ragged},
      {Value::list({1, Value::list({2})}), oid::kInt4Array, ragged},
      {Value::list({Value::list({1}), nullptr}), oid::kInt4Array, ragged},
      {Value::list({Value::list({}), Value::list({1})}), oid::kInt4Array, ragged},
      {nested(7), oid::kInt4Array, "a list nested deeper than 6 cannot be an array"},
      {nested(999), oid::kUnknown, "a list nested deeper than 6 cannot be an array"},
      {Value(Map{{"a", std::nan("")}}), oid::kJsonb, "the float nan cannot be written as JSON"},
      {Value::list({Value::bytes("x")}), oid::kJson, "a bytes value cannot be written as JSON"},
  };
  for (const auto& row : rows) {
    std::string out;
    try {
      encode(row.value, row.type, out);
      ADD_FAILURE() << "encoded: " << row.message;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Encode);
      EXPECT_EQ(error.message(), row.message);
    }
  }
}

TEST(Encode, SixDimensionsAreEnough) {
  Value value = 1;
  for (int i = 0; i < 6; ++i) value = Value::list({value});
  expect_encoded({value, oid::kUnknown, kText, "{{{{{{1}}}}}}"});
}

}  // namespace
}  // namespace pgjinja::pg
