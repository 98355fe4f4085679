#include "pg/codec/decoding.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace pgjinja::pg {
namespace {

TEST(IntegerDecoder, ReadsItsBoundaries) {
  struct Row {
    Oid type;
    const char* hex;
    const char* text;
    std::int64_t value;
  };
  for (const Row& row : {Row{oid::kInt2, "80 00", "-32768", -32768},
                         {oid::kInt2, "7f ff", "32767", 32767},
                         {oid::kInt4, "80 00 00 00", "-2147483648", -2147483648LL},
                         {oid::kInt4, "ff ff ff ff", "-1", -1},
                         {oid::kInt8, "80 00 00 00 00 00 00 00", "-9223372036854775808",
                          std::numeric_limits<std::int64_t>::min()},
                         {oid::kInt8, "7f ff ff ff ff ff ff ff", "9223372036854775807",
                          std::numeric_limits<std::int64_t>::max()},
                         {oid::kOid, "ff ff ff ff", "4294967295", 4294967295LL}}) {
    EXPECT_EQ(decode_binary<std::int64_t>(row.type, row.hex), row.value);
    EXPECT_EQ(decode_text<std::int64_t>(row.type, row.text), row.value);
    EXPECT_EQ(decode_binary<Value>(row.type, row.hex), Value(row.value));
    EXPECT_EQ(decode_text<Value>(row.type, row.text), Value(row.value));
    EXPECT_EQ(decode_binary<Decimal>(row.type, row.hex).text, row.text);
    EXPECT_EQ(decode_text<Decimal>(row.type, row.text).text, row.text);
  }
}

TEST(IntegerDecoder, ReadsBooleans) {
  EXPECT_TRUE(decode_binary<bool>(oid::kBool, "01"));
  EXPECT_FALSE(decode_binary<bool>(oid::kBool, "00"));
  EXPECT_TRUE(decode_text<bool>(oid::kBool, "t"));
  EXPECT_FALSE(decode_text<bool>(oid::kBool, "f"));
  EXPECT_EQ(decode_text<Value>(oid::kBool, "t"), Value(true));
}

TEST(FloatDecoder, ReadsWhatIsHardToWrite) {
  for (const char* text :
       {"1e-320", "-0", "1.7976931348623157e+308", "0.1", "5e-324", "Infinity", "-Infinity"}) {
    const double expected = std::strtod(text, nullptr);
    const auto read = decode_text<double>(oid::kFloat8, text);
    EXPECT_EQ(read, expected) << text;
    EXPECT_EQ(std::signbit(read), std::signbit(expected)) << text;
  }
  EXPECT_TRUE(std::isnan(decode_text<double>(oid::kFloat8, "NaN")));
  EXPECT_TRUE(std::isnan(decode_binary<double>(oid::kFloat8, "7f f8 00 00 00 00 00 00")));
  EXPECT_EQ(decode_binary<double>(oid::kFloat8, "bf f8 00 00 00 00 00 00"), -1.5);
  EXPECT_EQ(decode_binary<float>(oid::kFloat4, "3f c0 00 00"), 1.5F);
}

TEST(FloatDecoder, WidensARealAloneFromItsOwnPrecision) {
  EXPECT_EQ(decode_text<double>(oid::kFloat4, "0.1"), double{0.1F});
  EXPECT_EQ(decode_binary<double>(oid::kFloat4, "3d cc cc cd"), double{0.1F});
  EXPECT_EQ(decode_text<Value>(oid::kFloat4, "0.1"), Value(double{0.1F}));
}

TEST(TextDecoder, TakesTextsAndForeignTypes) {
  constexpr Oid kEnum = 16999;
  constexpr Oid kInet = 869;
  for (const Oid type : {oid::kText, oid::kVarchar, oid::kBpchar, oid::kName, oid::kJson, oid::kXml,
                         oid::kChar, kEnum, kInet}) {
    EXPECT_EQ(decode_text<std::string>(type, "h\u00e9"), "h\u00e9") << type;
    EXPECT_EQ(decode_text<Value>(type, "h\u00e9"), Value("h\u00e9")) << type;
  }
  EXPECT_EQ(decode_binary<std::string>(oid::kText, ""), "");
  EXPECT_EQ(decode_binary<std::string>(oid::kJsonb, "01 7b 7d"), "{}");
  EXPECT_EQ(decode_binary<Json>(oid::kJsonb, "01 7b 7d").text, "{}");
  EXPECT_EQ(decode_binary<Json>(oid::kJson, "7b 7d").text, "{}");
  EXPECT_EQ(decode_text<Json>(oid::kJsonb, "{}").text, "{}");
  EXPECT_EQ(decode_binary<Value>(oid::kJsonb, "01 7b 7d"), Value("{}"));
}

TEST(ByteaDecoder, ReadsBinaryHexAndEscapes) {
  struct Row {
    std::string text;
    std::string raw;
  };
  using namespace std::string_literals;
  for (const Row& row : {Row{"\\x", ""},
                         {"\\x00ffAB", "\0\xFF\xAB"s},
                         {"", ""},
                         {"a\\\\b", "a\\b"},
                         {"\\000\\377x", "\0\xFFx"s}}) {
    EXPECT_EQ(decode_text<Value>(oid::kBytea, row.text), Value::bytes(row.raw)) << row.text;
    EXPECT_EQ(decode_bytes<Value>(oid::kBytea, Format::Binary, row.raw), Value::bytes(row.raw));
    const auto bytes = decode_text<std::vector<std::byte>>(oid::kBytea, row.text);
    EXPECT_EQ(Value::bytes(bytes), Value::bytes(row.raw));
    EXPECT_EQ(decode_bytes<std::vector<std::byte>>(oid::kBytea, Format::Binary, row.raw), bytes);
  }
}

TEST(UuidDecoder, ReadsBothForms) {
  const std::string text = "00112233-4455-6677-8899-aabbccddeeff";
  const char* hex = "00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff";
  EXPECT_EQ(to_text(decode_binary<Uuid>(oid::kUuid, hex)), text);
  EXPECT_EQ(to_text(decode_text<Uuid>(oid::kUuid, text)), text);
  EXPECT_EQ(decode_binary<Value>(oid::kUuid, hex), Value(text));
}

TEST(NumericDecoder, WritesWhatTheServerWrites) {
  struct Row {
    const char* hex;  // digits, weight, sign, decimals; digits of base 10000
    const char* text;
  };
  for (const Row& row : {Row{"0000 0000 0000 0000", "0"},
                         {"0000 0000 0000 0003", "0.000"},
                         {"0001 0000 0000 0000 000c", "12"},
                         {"0002 0000 0000 0002 000c 1388", "12.50"},
                         {"0001 0000 4000 0000 0001", "-1"},
                         {"0001 0001 0000 0000 0001", "10000"},
                         {"0002 0001 0000 0000 0001 0002", "10002"},
                         {"0001 0002 0000 0001 0001", "100000000.0"},
                         {"0001 ffff 0000 0004 0001", "0.0001"},
                         {"0001 fffe 0000 0005 03e8", "0.00001"},
                         {"0001 ffff 0000 0001 03e8", "0.1"},
                         {"0000 0000 c000 0000", "NaN"},
                         {"0000 0000 d000 0020", "Infinity"},
                         {"0000 0000 f000 0020", "-Infinity"}}) {
    EXPECT_EQ(decode_binary<Decimal>(oid::kNumeric, row.hex).text, row.text);
    EXPECT_EQ(decode_binary<Value>(oid::kNumeric, row.hex), Value(row.text));
    EXPECT_EQ(decode_text<Decimal>(oid::kNumeric, row.text).text, row.text);
  }
}

TEST(NumericDecoder, ReadsAThousandDigits) {
  std::string hex = "00fa 00f9 0000 0000";  // 250 digits of base 10000
  for (int i = 0; i < 250; ++i) hex += " 270f";
  EXPECT_EQ(decode_binary<Decimal>(oid::kNumeric, hex).text, std::string(1000, '9'));
}

/// What is sent for a type that the server cannot have sent is an error, never a value.
TEST(Decoder, RefusesWhatNoServerSends) {
  struct Row {
    Oid type;
    Format format;
    const char* bytes;  // in hex when binary
  };
  const Row rows[] = {
      {oid::kBool, Format::Binary, ""},
      {oid::kBool, Format::Binary, "01 01"},
      {oid::kBool, Format::Text, "true"},
      {oid::kInt2, Format::Binary, "01"},
      {oid::kInt4, Format::Binary, "01 02 03"},
      {oid::kInt8, Format::Binary, "01 02 03 04"},
      {oid::kOid, Format::Binary, ""},
      {oid::kInt2, Format::Text, "32768"},
      {oid::kInt4, Format::Text, ""},
      {oid::kInt4, Format::Text, "1 "},
      {oid::kInt4, Format::Text, "+1"},
      {oid::kInt8, Format::Text, "9223372036854775808"},
      {oid::kOid, Format::Text, "-1"},
      {oid::kFloat4, Format::Binary, "01 02"},
      {oid::kFloat8, Format::Binary, "01 02 03 04"},
      {oid::kFloat8, Format::Text, "1.5x"},
      {oid::kFloat8, Format::Text, ""},
      {oid::kBytea, Format::Text, "\\x0"},
      {oid::kBytea, Format::Text, "\\x0g"},
      {oid::kBytea, Format::Text, "\\"},
      {oid::kBytea, Format::Text, "\\400"},
      {oid::kBytea, Format::Text, "\\12"},
      {oid::kUuid, Format::Binary, "00"},
      {oid::kJsonb, Format::Binary, ""},
      {oid::kJsonb, Format::Binary, "02 7b 7d"},
      {oid::kDate, Format::Binary, "00"},
      {oid::kTime, Format::Binary, "00 00"},
      {oid::kTime, Format::Binary, "ff ff ff ff ff ff ff ff"},
      {oid::kTime, Format::Binary, "00 00 00 14 1d d7 60 01"},  // 24:00:00.000001
      {oid::kTimestamp, Format::Binary, "00 00"},
      {oid::kTimestampTz, Format::Binary, ""},
      {oid::kInterval, Format::Binary, "00 00 00 00 00 00 00 00"},
      {oid::kNumeric, Format::Binary, ""},
      {oid::kNumeric, Format::Binary, "0001 0000 0000 0000"},       // a digit is missing
      {oid::kNumeric, Format::Binary, "0000 0000 0000 0000 0001"},  // one too many
      {oid::kNumeric, Format::Binary, "0001 0000 0000 0000 2710"},  // 10000 is no digit
      {oid::kNumeric, Format::Binary, "0000 0000 1234 0000"},       // no sign
      {oid::kNumeric, Format::Binary, "0000 0000 0000 4000"},       // too many decimals
      {oid::kNumeric, Format::Binary, "ffff 0000 0000 0000"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(error_kind_of([&] {
                if (row.format == Format::Binary) {
                  decode_binary<Value>(row.type, row.bytes);
                } else {
                  decode_text<Value>(row.type, row.bytes);
                }
              }),
              ErrorKind::Protocol)
        << type_name(row.type) << " " << row.bytes;
  }
  EXPECT_EQ(error_kind_of([] { decode_text<Uuid>(oid::kUuid, "0011"); }), ErrorKind::Protocol);
}

TEST(Decoder, TellsWhatTheBytesWere) {
  try {
    decode_binary<Value>(oid::kInt4, "41 00 ff");
    FAIL() << "three bytes were an integer";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "the server sent 3 bytes that are no integer: 'A\\x00\\xff'");
  }
}

TEST(FindDecoder, TakesNoPairThatLoses) {
  struct Row {
    const char* target;
    Decoder (*find)(Oid, Format);
    std::vector<Oid> taken;
  };
  const Row rows[] = {
      {"bool", find_decoder<bool>, {oid::kBool}},
      {"int16", find_decoder<std::int16_t>, {oid::kInt2}},
      {"int32", find_decoder<std::int32_t>, {oid::kInt2, oid::kInt4}},
      {"int64", find_decoder<std::int64_t>, {oid::kInt2, oid::kInt4, oid::kInt8, oid::kOid}},
      {"float", find_decoder<float>, {oid::kFloat4, oid::kInt2}},
      {"double", find_decoder<double>, {oid::kFloat4, oid::kFloat8, oid::kInt2, oid::kInt4}},
      {"string",
       find_decoder<std::string>,
       {oid::kText, oid::kVarchar, oid::kBpchar, oid::kName, oid::kUnknownText, oid::kJson,
        oid::kJsonb, oid::kChar, oid::kXml}},
      {"bytes", find_decoder<std::vector<std::byte>>, {oid::kBytea}},
      {"Date", find_decoder<Date>, {oid::kDate}},
      {"Timestamp", find_decoder<Timestamp>, {oid::kTimestamp}},
      {"TimestampTz", find_decoder<TimestampTz>, {oid::kTimestampTz}},
      {"TimeOfDay", find_decoder<TimeOfDay>, {oid::kTime}},
      {"Interval", find_decoder<Interval>, {oid::kInterval}},
      {"Uuid", find_decoder<Uuid>, {oid::kUuid}},
      {"Decimal",
       find_decoder<Decimal>,
       {oid::kNumeric, oid::kInt2, oid::kInt4, oid::kInt8, oid::kOid}},
      {"Json", find_decoder<Json>, {oid::kJson, oid::kJsonb}},
      {"microseconds", find_decoder<std::chrono::microseconds>, {oid::kTime, oid::kInterval}},
      {"int4range", find_decoder<Range<std::int32_t>>, {oid::kInt4Range}},
      {"int8range", find_decoder<Range<std::int64_t>>, {oid::kInt8Range}},
      {"numrange", find_decoder<Range<Decimal>>, {oid::kNumRange}},
      {"daterange", find_decoder<Range<Date>>, {oid::kDateRange}},
      {"tsrange", find_decoder<Range<Timestamp>>, {oid::kTsRange}},
      {"tstzrange", find_decoder<Range<TimestampTz>>, {oid::kTsTzRange}},
      {"int4multirange", find_decoder<Multirange<std::int32_t>>, {oid::kInt4Multirange}},
      {"int8multirange", find_decoder<Multirange<std::int64_t>>, {oid::kInt8Multirange}},
      {"nummultirange", find_decoder<Multirange<Decimal>>, {oid::kNumMultirange}},
      {"datemultirange", find_decoder<Multirange<Date>>, {oid::kDateMultirange}},
      {"tsmultirange", find_decoder<Multirange<Timestamp>>, {oid::kTsMultirange}},
      {"tstzmultirange", find_decoder<Multirange<TimestampTz>>, {oid::kTsTzMultirange}},
  };
  for (const Row& row : rows) {
    for (Oid type = 1; type < 7000; ++type) {
      if (type_name(type).starts_with("type with OID")) continue;
      const bool taken = std::find(row.taken.begin(), row.taken.end(), type) != row.taken.end();
      EXPECT_EQ(row.find(type, Format::Text) != nullptr, taken) << row.target << " " << type;
      EXPECT_EQ(row.find(type, Format::Binary) != nullptr, taken && has_binary_decoder(type))
          << row.target << " " << type;
    }
  }
}

TEST(FindDecoder, ValueTakesEverythingInText) {
  for (Oid type = 1; type < 20'000; ++type) {
    EXPECT_NE(find_decoder<Value>(type, Format::Text), nullptr) << type;
    EXPECT_EQ(find_decoder<Value>(type, Format::Binary) != nullptr, has_binary_decoder(type));
  }
  EXPECT_TRUE(has_binary_decoder(oid::kNumericArray));
  for (const Oid type : {oid::kUnknown, oid::kXml, oid::kXmlArray, oid::kTimeTz, Oid{16999}}) {
    EXPECT_FALSE(has_binary_decoder(type)) << type;
  }
}

TEST(TypeName, IsTheSqlName) {
  EXPECT_EQ(type_name(oid::kInt8), "bigint");
  EXPECT_EQ(type_name(oid::kTextArray), "text[]");
  EXPECT_EQ(type_name(oid::kChar), "\"char\"");
  EXPECT_EQ(type_name(16999), "type with OID 16999");
  EXPECT_EQ(type_name(oid::kUnknown), "type with OID 0");
}

}  // namespace
}  // namespace pgjinja::pg
