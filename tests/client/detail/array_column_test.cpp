#include "client/detail/column_decoding.hpp"

#include <gtest/gtest.h>

namespace pgjinja::detail {
namespace {

namespace oid = pg::oid;
using test::decode_binary;
using test::decode_text;
using test::error_kind_of;
using test::message_of;

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

TEST(ArrayColumn, ReadsVectorsInBothFormats) {
  EXPECT_EQ(decode_binary<Ints>(oid::kInt4Array, kThree), (Ints{1, -2, 2147483647}));
  EXPECT_EQ(decode_text<Ints>(oid::kInt4Array, "{1,-2,2147483647}"), (Ints{1, -2, 2147483647}));
  EXPECT_EQ(decode_binary<Ints>(oid::kInt4Array, kEmpty), Ints{});
  EXPECT_EQ(decode_text<Ints>(oid::kInt4Array, "{}"), Ints{});
  EXPECT_EQ(decode_text<Ints>(oid::kInt4Array, "[5:6]={1,2}"), (Ints{1, 2}));
  EXPECT_EQ(decode_text<Ints>(oid::kInt2Array, "{1,2}"), (Ints{1, 2}));
  EXPECT_EQ(decode_text<std::vector<bool>>(oid::kBoolArray, "{t,f}"), (std::vector{true, false}));
}

TEST(ArrayColumn, NullElementsNeedAnOptional) {
  const OptionalInts expected{1, std::nullopt};
  EXPECT_EQ(decode_binary<OptionalInts>(oid::kInt4Array, kWithNull), expected);
  EXPECT_EQ(decode_text<OptionalInts>(oid::kInt4Array, "{1,NULL}"), expected);
  EXPECT_EQ(error_kind_of([] { decode_binary<Ints>(oid::kInt4Array, kWithNull); }),
            ErrorKind::Mapping);
  EXPECT_EQ(error_kind_of([] { decode_text<Ints>(oid::kInt4Array, "{1,NULL}"); }),
            ErrorKind::Mapping);
}

TEST(ArrayColumn, OtherDimensionsFitOnlyValue) {
  const Value expected = Value::list({Value::list({1, 2}), Value::list({3, 4})});
  EXPECT_EQ(decode_binary<Value>(oid::kInt4Array, kTwoByTwo), expected);
  EXPECT_EQ(decode_text<Value>(oid::kInt4Array, "{{1,2},{3,4}}"), expected);
  EXPECT_EQ(decode_text<Value>(oid::kInt4Array, "[1:2][0:1]={{1,2},{3,4}}"), expected);
  const std::string two = "an array of 2 dimensions does not fit a vector of 1";
  EXPECT_EQ(message_of([] { decode_binary<Ints>(oid::kInt4Array, kTwoByTwo); }), two);
  EXPECT_EQ(message_of([] { decode_text<Ints>(oid::kInt4Array, "{{1,2},{3,4}}"); }), two);
  EXPECT_EQ(message_of([] { decode_text<Ints>(oid::kInt4Array, "{{{1}}}"); }),
            "an array of 3 dimensions does not fit a vector of 1");
  using Grid = std::vector<Ints>;
  const std::string one = "an array of 1 dimension does not fit a vector of 2";
  EXPECT_EQ(message_of([] { decode_binary<Grid>(oid::kInt4Array, kThree); }), one);
  EXPECT_EQ(message_of([] { decode_text<Grid>(oid::kInt4Array, "{1}"); }), one);
}

TEST(ArrayColumn, ReadsAsManyDimensionsAsTheTypeHas) {
  using Grid = std::vector<Ints>;
  EXPECT_EQ(decode_binary<Grid>(oid::kInt4Array, kTwoByTwo), (Grid{{1, 2}, {3, 4}}));
  EXPECT_EQ(decode_text<Grid>(oid::kInt4Array, "[0:1][5:6]={{1,2},{3,4}}"), (Grid{{1, 2}, {3, 4}}));
  EXPECT_EQ(decode_binary<Grid>(oid::kInt4Array, kEmpty), Grid{});
  EXPECT_EQ(decode_text<Grid>(oid::kInt4Array, "{}"), Grid{});
  using Cube = std::vector<std::vector<OptionalTexts>>;
  EXPECT_EQ(decode_text<Cube>(oid::kTextArray, "{{{a,NULL}},{{\"b c\",d}}}"),
            (Cube{{{"a", std::nullopt}}, {{"b c", "d"}}}));
  using Square = std::array<std::array<std::int32_t, 2>, 2>;
  EXPECT_EQ(decode_binary<Square>(oid::kInt4Array, kTwoByTwo), (Square{{{1, 2}, {3, 4}}}));
  EXPECT_EQ(error_kind_of([] { decode_text<Grid>(oid::kInt4Array, "{{1},2}"); }),
            ErrorKind::Protocol);
  EXPECT_EQ(error_kind_of([] { decode_text<Grid>(oid::kInt4Array, "{{1},{{2}}}"); }),
            ErrorKind::Protocol);
}

TEST(ArrayColumn, StdArrayTakesItsOwnLengthOnly) {
  using Three = std::array<std::int32_t, 3>;
  using Two = std::array<std::int32_t, 2>;
  EXPECT_EQ(decode_binary<Three>(oid::kInt4Array, kThree), (Three{1, -2, 2147483647}));
  EXPECT_EQ(decode_text<Two>(oid::kInt2Array, "{1,2}"), (Two{1, 2}));
  EXPECT_EQ(message_of([] { decode_binary<Two>(oid::kInt4Array, kThree); }),
            "an array of length 3 does not fit a std::array of 2");
  EXPECT_EQ(message_of([] { decode_text<Two>(oid::kInt4Array, "{}"); }),
            "an array of length 0 does not fit a std::array of 2");
  using Bytes = std::array<std::byte, 2>;
  EXPECT_EQ(decode_text<Bytes>(oid::kBytea, "\\x00ff"), (Bytes{std::byte{0}, std::byte{255}}));
  EXPECT_EQ(decode_binary<Bytes>(oid::kBytea, "00 ff"), (Bytes{std::byte{0}, std::byte{255}}));
  EXPECT_EQ(message_of([] { decode_binary<Bytes>(oid::kBytea, "00"); }),
            "a bytea of length 1 does not fit a std::array of 2");
}

TEST(ArrayColumn, ReadsQuotedElements) {
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

TEST(ArrayColumn, RefusesWhatNoServerSends) {
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

TEST(ArrayColumn, AnErrorLeavesTheTargetAlone) {
  const auto codec = Column<Ints>::find(oid::kInt4Array, pg::Format::Text);
  Ints target{7};
  const std::string text = "{1,2,x}";
  EXPECT_EQ(error_kind_of([&] { Column<Ints>::read(*codec, {text.data(), text.size()}, target); }),
            ErrorKind::Protocol);
  EXPECT_EQ(target, Ints{7});
}

TEST(ArrayColumn, TakesTheArraysOfItsElements) {
  const auto taken = []<class T>(T, pg::Oid type, pg::Format format) {
    return Column<T>::find(type, format).has_value();
  };
  for (const auto format : {pg::Format::Text, pg::Format::Binary}) {
    EXPECT_TRUE(taken(Ints(), oid::kInt4Array, format));
    EXPECT_TRUE(taken(Ints(), oid::kInt2Array, format));
    EXPECT_FALSE(taken(Ints(), oid::kInt8Array, format));
    EXPECT_FALSE(taken(Ints(), oid::kInt4, format));
    EXPECT_FALSE(taken(std::vector<Ints>(), oid::kInt8Array, format));
    EXPECT_TRUE(taken(std::vector<std::vector<std::byte>>(), oid::kByteaArray, format));
    EXPECT_FALSE(taken(std::vector<std::vector<std::byte>>(), oid::kBytea, format));
  }
  // Arrays of domains and the like: nobody tells what their elements are.
  EXPECT_TRUE(taken(Ints(), 16'999, pg::Format::Text));
  EXPECT_FALSE(taken(Ints(), 16'999, pg::Format::Binary));
}

}  // namespace
}  // namespace pgjinja::detail
