#include "pg/codec/decoding.hpp"

#include <gtest/gtest.h>

namespace pgjinja::pg {
namespace {

using Ints = std::vector<std::int32_t>;
using OptionalInts = std::vector<std::optional<std::int32_t>>;
using Texts = std::vector<std::string>;
using OptionalTexts = std::vector<std::optional<std::string>>;

// One dimension, may have NULLs, int4.
const std::string kThree =
    "00000001 00000000 00000017 00000003 00000001 "
    "00000004 00000001  00000004 fffffffe  00000004 7fffffff";
const std::string kWithNull =
    "00000001 00000001 00000017 00000002 00000001 00000004 00000001 ffffffff";
const std::string kEmpty = "00000000 00000000 00000017";
const std::string kTwoByTwo =
    "00000002 00000000 00000017 00000002 00000001 00000002 00000001 "
    "00000004 00000001 00000004 00000002 00000004 00000003 00000004 00000004";

TEST(ArrayDecoder, ReadsVectorsInBothFormats) {
  EXPECT_EQ(decode_binary<Ints>(oid::kInt4Array, kThree), (Ints{1, -2, 2147483647}));
  EXPECT_EQ(decode_text<Ints>(oid::kInt4Array, "{1,-2,2147483647}"), (Ints{1, -2, 2147483647}));
  EXPECT_EQ(decode_binary<Ints>(oid::kInt4Array, kEmpty), Ints{});
  EXPECT_EQ(decode_text<Ints>(oid::kInt4Array, "{}"), Ints{});
  EXPECT_EQ(decode_text<Ints>(oid::kInt4Array, "[5:6]={1,2}"), (Ints{1, 2}));
  EXPECT_EQ(decode_text<Ints>(oid::kInt2Array, "{1,2}"), (Ints{1, 2}));
  EXPECT_EQ(decode_text<std::vector<bool>>(oid::kBoolArray, "{t,f}"), (std::vector{true, false}));
}

TEST(ArrayDecoder, NullElementsNeedAnOptional) {
  const OptionalInts expected{1, std::nullopt};
  EXPECT_EQ(decode_binary<OptionalInts>(oid::kInt4Array, kWithNull), expected);
  EXPECT_EQ(decode_text<OptionalInts>(oid::kInt4Array, "{1,NULL}"), expected);
  EXPECT_EQ(error_kind_of([] { decode_binary<Ints>(oid::kInt4Array, kWithNull); }),
            ErrorKind::Mapping);
  EXPECT_EQ(error_kind_of([] { decode_text<Ints>(oid::kInt4Array, "{1,NULL}"); }),
            ErrorKind::Mapping);
}

TEST(ArrayDecoder, MoreDimensionsFitOnlyValue) {
  const Value expected = Value::list({Value::list({1, 2}), Value::list({3, 4})});
  EXPECT_EQ(decode_binary<Value>(oid::kInt4Array, kTwoByTwo), expected);
  EXPECT_EQ(decode_text<Value>(oid::kInt4Array, "{{1,2},{3,4}}"), expected);
  EXPECT_EQ(decode_text<Value>(oid::kInt4Array, "[1:2][0:1]={{1,2},{3,4}}"), expected);
  const auto message = [](auto call) {
    try {
      call();
      return std::string();
    } catch (const Error& error) {
      return error.message();
    }
  };
  const std::string two = "an array of 2 dimensions does not fit a vector";
  EXPECT_EQ(message([] { decode_binary<Ints>(oid::kInt4Array, kTwoByTwo); }), two);
  EXPECT_EQ(message([] { decode_text<Ints>(oid::kInt4Array, "{{1,2},{3,4}}"); }), two);
  EXPECT_EQ(message([] { decode_text<Ints>(oid::kInt4Array, "{{{1}}}"); }),
            "an array of 3 dimensions does not fit a vector");
}

TEST(ArrayDecoder, ReadsQuotedElements) {
  struct Row {
    const char* text;
    OptionalTexts elements;
  };
  for (const Row& row : {Row{R"({a,NULL,"NULL",""})", {"a", std::nullopt, "NULL", ""}},
                         {R"({"a,b","{}","\"","\\"})", {"a,b", "{}", "\"", "\\"}},
                         {R"({" a ",null})", {" a ", "null"}},
                         {"{\"a\nb\",\U0001F418}", {"a\nb", "\U0001F418"}}}) {
    EXPECT_EQ(decode_text<OptionalTexts>(oid::kTextArray, row.text), row.elements) << row.text;
  }
  EXPECT_EQ(decode_text<std::vector<std::vector<std::byte>>>(oid::kByteaArray, R"({"\\x00ff"})"),
            (std::vector<std::vector<std::byte>>{{std::byte{0}, std::byte{255}}}));
  EXPECT_EQ(decode_text<std::vector<Json>>(oid::kJsonbArray, R"({"{\"a\": 1}"})")[0].text,
            R"({"a": 1})");
}

TEST(ArrayDecoder, RefusesWhatNoServerSends) {
  const std::string long_dimension = "00000001 00000000 00000017 7fffffff 00000001";
  for (const std::string& hex :
       {std::string(), std::string("00000001"), kThree.substr(0, kThree.size() - 2), kThree + "00",
        std::string("00000007 00000000 00000017"), std::string("ffffffff 00000000 00000017"),
        std::string("00000000 00000000 00000019"),  // an array of text
        long_dimension, kEmpty + "00",
        // six dimensions of 65536: their product is beyond 64 bits
        std::string("00000006 00000000 00000017 00010000 00000001 00010000 00000001 00010000 "
                    "00000001 00010000 00000001 00010000 00000001 00010000 00000001"),
        // an element that is longer than the array
        std::string("00000001 00000000 00000017 00000001 00000001 7fffffff 00000001")}) {
    EXPECT_EQ(error_kind_of([&] { decode_binary<Ints>(oid::kInt4Array, hex); }),
              ErrorKind::Protocol)
        << hex;
    EXPECT_EQ(error_kind_of([&] { decode_binary<Value>(oid::kInt4Array, hex); }),
              ErrorKind::Protocol)
        << hex;
  }
  for (const char* text : {"",       "1",      "{",      "}",        "{1",
                           "{1,",    "{1,}",   "{,1}",   "{1}{2}",   "{1}x",
                           "{{1}",   "{\"a",   "{\"a\\", "{\"a\"b}", "{a\"b\"}",
                           "[1:2]",  "[1:2]=", "{1}}",   "{{1},2",   "{{{{{{{1}}}}}}}",
                           "{a\\,b}"}) {
    EXPECT_EQ(error_kind_of([&] { decode_text<Value>(oid::kTextArray, text); }),
              ErrorKind::Protocol)
        << text;
  }
}

TEST(ArrayDecoder, AnErrorLeavesTheTargetAlone) {
  const Decoder decoder = find_decoder<Ints>(oid::kInt4Array, Format::Text);
  Ints target{7};
  const std::string text = "{1,2,x}";
  EXPECT_EQ(error_kind_of([&] { decoder({text.data(), text.size()}, &target); }),
            ErrorKind::Protocol);
  EXPECT_EQ(target, Ints{7});
}

}  // namespace
}  // namespace pgjinja::pg
