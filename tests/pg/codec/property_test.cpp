// Against a real server, with random values of every type: the text form, the binary form and the
// server's own reading are one and the same.

#include "pg/raw_session.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/codec.hpp>
#include <pgjinja/pg/embedded_server.hpp>

#include <cmath>
#include <limits>
#include <random>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace pgjinja::pg {
namespace {

constexpr std::uint64_t kSeed = 20'240'229;
constexpr int kRounds = 300;

using Answer = RawSession::Answer;

class Dice {
 public:
  std::uint64_t below(std::uint64_t n) { return engine_() % n; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

  std::int64_t integer() {
    const auto bits = static_cast<std::int64_t>(engine_());
    return bits >> below(64);  // all magnitudes alike
  }

  double real() {
    static constexpr double kOdd[] = {0.0,
                                      -0.0,
                                      1e-320,
                                      16777217.0,
                                      0.1,
                                      1e300,
                                      std::numeric_limits<double>::infinity(),
                                      -std::numeric_limits<double>::infinity(),
                                      std::numeric_limits<double>::quiet_NaN()};
    if (one_in(4)) return kOdd[below(std::size(kOdd))];
    if (one_in(3)) return static_cast<double>(static_cast<float>(integer()) / 3.0F);
    return std::ldexp(static_cast<double>(integer()), static_cast<int>(below(200)) - 150);
  }

  std::string text() {
    static constexpr const char* kPieces[] = {"a",  "B9", " ", ",",    "{",          "}",
                                              "\"", "\\", "'", "NULL", "\U0001F418", "\u00e9",
                                              "\n", "-",  "1", "e",    "\t",         "$1"};
    std::string out;
    for (auto n = below(6); n > 0; --n) out += kPieces[below(std::size(kPieces))];
    return out;
  }

  std::string bytes() {
    std::string out;
    for (auto n = below(9); n > 0; --n) out += static_cast<char>(engine_());
    return out;
  }

  std::string uuid() {
    static constexpr char kDigits[] = "0123456789abcdefABCDEF";
    std::string out;
    for (int i = 0; i < 32; ++i) {
      out += kDigits[below(22)];
      if (i % 4 == 3 && i != 31 && one_in(3)) out += '-';
    }
    return one_in(4) ? "{" + out + "}" : one_in(8) ? out + "-" : out;
  }

  Value scalar() {
    switch (below(7)) {
      case 0: return one_in(2);
      case 1: return integer();
      case 2: return real();
      case 3: return text();
      case 4: return Value::bytes(bytes());
      case 5: return uuid();
      default: return fmt::to_string(integer());
    }
  }

  /// A list whose elements are mostly of one kind, as arrays are.
  Value list() {
    const auto kind = below(7);
    const auto element = [&]() -> Value {
      if (one_in(6)) return nullptr;
      switch (kind) {
        case 0: return one_in(2);
        case 1: return integer() % 30'000;
        case 2: return real();
        case 3: return text();
        case 4: return Value::bytes(bytes());
        case 5: return uuid();
        default: return scalar();
      }
    };
    const auto columns = below(4);
    const auto row = [&] {
      std::vector<Value> items;
      for (auto n = columns; n > 0; --n) items.push_back(element());
      return Value::list(std::move(items));
    };
    if (!one_in(4)) return row();
    std::vector<Value> rows;
    for (auto n = below(3); n > 0; --n) rows.push_back(row());
    return Value::list(std::move(rows));
  }

 private:
  std::mt19937_64 engine_{kSeed};
};

class CodecPropertyTest : public testing::Test {
 protected:
  CodecPropertyTest() {
    RecordProperty("seed", static_cast<int>(kSeed));
    session_.run("SET timezone TO 'Asia/Kolkata'");
  }

  static EmbeddedServer& server() {
    static EmbeddedServer server;
    return server;
  }

  /// What the server makes of the parameter: its own text, or that it refuses.
  Answer server_value(const Value& value, Oid declared, Oid encoded) {
    RawSession::Parameter parameter;
    std::string bytes;
    try {
      parameter.format = encode(value, encoded, bytes);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Encode) << error.what();
      return {std::nullopt, "refused", error.message()};
    }
    parameter.bytes = bytes;
    return session_.run(fmt::format("SELECT $1::{}::text", type_name(declared)), {parameter});
  }

  void expect_same(const Value& value, Oid type) {
    const Answer text = server_value(value, type, oid::kUnknown);
    const Answer typed = server_value(value, type, type);
    EXPECT_EQ(text, typed) << fmt::format(
        "{} as {}: text form gives '{}' {}, typed form gives '{}' {} (seed {})",
        kind_name(value.kind()), type_name(type), text.field.value_or("NULL"), text.message,
        typed.field.value_or("NULL"), typed.message, kSeed);
  }

  RawSession session_{server().settings()};
  Dice dice_;
};

constexpr Oid kScalarTypes[] = {
    oid::kBool, oid::kBytea, oid::kName,      oid::kInt8,        oid::kInt2,     oid::kInt4,
    oid::kText, oid::kOid,   oid::kFloat4,    oid::kFloat8,      oid::kBpchar,   oid::kVarchar,
    oid::kDate, oid::kTime,  oid::kTimestamp, oid::kTimestampTz, oid::kInterval, oid::kNumeric,
    oid::kUuid, oid::kJson,  oid::kJsonb};

constexpr Oid kArrayTypes[] = {
    oid::kBoolArray,    oid::kByteaArray,  oid::kInt2Array,  oid::kInt4Array,    oid::kInt8Array,
    oid::kFloat4Array,  oid::kFloat8Array, oid::kTextArray,  oid::kVarcharArray, oid::kNameArray,
    oid::kNumericArray, oid::kUuidArray,   oid::kJsonbArray, oid::kDateArray,    oid::kOidArray};

TEST_F(CodecPropertyTest, AKnownTypeChangesNothingForScalars) {
  for (const Oid type : kScalarTypes) {
    for (int i = 0; i < kRounds; ++i) expect_same(dice_.scalar(), type);
  }
}

TEST_F(CodecPropertyTest, AKnownTypeChangesNothingForLists) {
  for (const Oid type : kArrayTypes) {
    for (int i = 0; i < kRounds; ++i) expect_same(dice_.list(), type);
  }
}

TEST_F(CodecPropertyTest, AKnownTypeChangesNothingForMaps) {
  const Value map(Map{{"a", Value::list({1, 2.5, nullptr})}, {"b\"\\", "\u00e9\n"}});
  for (const Oid type : {oid::kJson, oid::kJsonb, oid::kText, oid::kInt4}) expect_same(map, type);
}

/// Random values of a type, made by the server.
struct Maker {
  Oid type;
  const char* sql;  // of i, 0 … 299, and r, random in 0 … 1
};

const Maker kMakers[] = {
    {oid::kBool, "r < 0.5"},
    {oid::kInt2, "(r * 65535 - 32768)::int2"},
    {oid::kInt4, "(r * 4294967295 - 2147483648)::int4"},
    {oid::kInt8,
     "(CASE i WHEN 0 THEN '-9223372036854775808' WHEN 1 THEN '9223372036854775807' "
     "ELSE (r * 1e18)::int8::text END)::int8"},
    {oid::kOid, "(r * 4294967295)::int8::oid"},
    {oid::kFloat4,
     "(CASE i WHEN 0 THEN 'NaN' WHEN 1 THEN '-Infinity' WHEN 2 THEN '1e-45' ELSE "
     "((r - 0.5) * 10 ^ (i % 70 - 35))::float4::text END)::float4"},
    {oid::kFloat8,
     "(CASE i WHEN 0 THEN 'NaN' WHEN 1 THEN 'Infinity' WHEN 2 THEN '1e-320' WHEN 3 "
     "THEN '-0' ELSE ((r - 0.5) * 10 ^ (i * 2 - 300))::text END)::float8"},
    {oid::kNumeric,
     "(CASE i WHEN 0 THEN 'NaN' WHEN 1 THEN 'Infinity' WHEN 2 THEN '-Infinity' WHEN 3 THEN '0' "
     "WHEN 4 THEN '0.00000' WHEN 5 THEN repeat('9', 1000) WHEN 6 THEN '-0.' || repeat('0', 99) || "
     "'1' WHEN 7 THEN '1' || repeat('0', 200) || '.50' ELSE "
     "round(((r - 0.5) * 10 ^ (i % 40 - 20))::numeric, i % 30)::text END)::numeric"},
    {oid::kText, "repeat(chr(1 + (r * 1000)::int), i % 20) || chr(128024) || '\"\\,{}'"},
    {oid::kVarchar, "(md5(r::text))::varchar"},
    {oid::kBpchar, "(md5(r::text))::bpchar"},
    {oid::kName, "left(md5(r::text), i % 33)::name"},
    {oid::kBytea, "substring(decode(md5(r::text) || '00', 'hex') from i % 17)"},
    {oid::kDate,
     "CASE i WHEN 0 THEN 'infinity' WHEN 1 THEN '-infinity' WHEN 2 THEN "
     "'4713-01-01 BC' WHEN 3 THEN '5874897-12-31' WHEN 4 THEN '0001-12-31 BC' ELSE "
     "'2000-01-01'::date + ((r - 0.5) * 2000000)::int END::date"},
    {oid::kTime, "CASE i WHEN 0 THEN '24:00' ELSE '0:00'::time + r * '1 day'::interval END::time"},
    {oid::kTimestamp,
     "CASE i WHEN 0 THEN 'infinity' WHEN 1 THEN '4713-01-01 00:00 BC' WHEN 2 THEN "
     "'294276-12-31 23:59:59.999999' WHEN 3 THEN '294247-01-10 04:00:54.775807' ELSE "
     "'2000-01-01'::timestamp + (r - 0.3) * '6000 years'::interval END::timestamp"},
    {oid::kTimestampTz,
     "CASE i WHEN 0 THEN '-infinity' WHEN 1 THEN '4713-01-01 00:00+00 BC' WHEN 2 THEN "
     "'294276-12-31 18:00:00+00' ELSE "
     "'2000-01-01'::timestamptz + (r - 0.3) * '6000 years'::interval END::timestamptz"},
    {oid::kInterval,
     "make_interval(months => ((r - 0.5) * 1000)::int, days => i - 150, "
     "secs => ((r - 0.4) * 100000)::numeric(12, 3)::float8) * sign(i % 3)"},
    {oid::kUuid, "md5(r::text)::uuid"},
    {oid::kJson, "json_build_object('a', r, 'b', E'\\t\"')"},
    {oid::kJsonb, "jsonb_build_object('a', r, 'b', E'\\t\"')"},
    {oid::kXml, "'<a/>'::xml"},
};

class Results {
 public:
  Results(RawSession& session, const std::string& sql, Oid type)
      : text_(session.run(sql, {}, Format::Text)),
        binary_(has_binary_decoder(type) ? session.run(sql, {}, Format::Binary) : Answer{}) {
    EXPECT_EQ(text_.message + binary_.message, "") << sql;
  }
  [[nodiscard]] bool both() const { return text_.field && binary_.field; }
  [[nodiscard]] const std::string& text() const { return *text_.field; }

  /// The value as it comes in each format; nullopt when T does not hold it.
  template <class T>
  std::optional<T> decoded(Oid type, Format format) const {
    const std::string& bytes = format == Format::Text ? *text_.field : *binary_.field;
    T value{};
    try {
      find_decoder<T>(type, format)({bytes.data(), bytes.size()}, &value);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Mapping) << error.what();
      return std::nullopt;
    }
    return value;
  }

 private:
  Answer text_;
  Answer binary_;
};

bool is_nan(const Value& v) { return v.is_float() && std::isnan(v.as_float()); }

template <class T>
void expect_agreement(const Results& results, Oid type) {
  if (find_decoder<T>(type, Format::Text) == nullptr) return;
  const auto text = results.decoded<T>(type, Format::Text);
  const auto binary = results.decoded<T>(type, Format::Binary);
  if constexpr (std::is_floating_point_v<T>) {
    if (text && binary && std::isnan(*text) && std::isnan(*binary)) return;
  }
  EXPECT_EQ(text == binary, true) << type_name(type) << " " << results.text();
}

void expect_same_value(const Results& results, Oid type) {
  const auto text = results.decoded<Value>(type, Format::Text);
  const auto binary = results.decoded<Value>(type, Format::Binary);
  ASSERT_TRUE(text && binary);
  if (is_nan(*text) && is_nan(*binary)) return;
  EXPECT_EQ(*text, *binary) << type_name(type) << " " << results.text();
  // The text is the server's own, but for timestamptz, which comes in UTC.
  if (text->is_text() && type != oid::kTimestampTz) {
    EXPECT_EQ(text->as_text(), results.text());
    EXPECT_EQ(binary->as_text(), results.text());
  }
}

template <class... T>
void expect_agreement_of_all(const Results& results, Oid type) {
  (expect_agreement<T>(results, type), ...);
}

TEST_F(CodecPropertyTest, TextAndBinaryResultsAreTheSameValue) {
  session_.run("SELECT setseed(0.5)");
  for (const Maker& maker : kMakers) {
    for (int i = 0; i < kRounds; ++i) {
      const std::string random = session_.text("SELECT random()");
      const std::string sql = fmt::format("SELECT {} FROM (SELECT {} AS i, {}::float8 AS r) made",
                                          maker.sql, i, random);
      const Results results(session_, sql, maker.type);
      if (!has_binary_decoder(maker.type)) break;
      ASSERT_TRUE(results.both()) << sql;
      expect_same_value(results, maker.type);
      expect_agreement_of_all<bool, std::int16_t, std::int32_t, std::int64_t, float, double,
                              std::string, std::vector<std::byte>, Date, Timestamp, TimestampTz,
                              TimeOfDay, Interval, Uuid, Decimal, Json>(results, maker.type);
    }
  }
}

TEST_F(CodecPropertyTest, TextAndBinaryArraysAreTheSameList) {
  session_.run("SELECT setseed(0.25)");
  for (const Maker& maker : kMakers) {
    const Oid array = static_cast<Oid>(std::stoul(
        session_.text(fmt::format("SELECT typarray FROM pg_type WHERE oid = {}", maker.type))));
    if (!has_binary_decoder(array)) continue;
    for (const char* wrap :
         {"array_agg(v)", "array_agg(ARRAY[v, v])", "array_agg(v) || NULL::{}[]"}) {
      const std::string sql = fmt::format(
          "SELECT {} FROM (SELECT {} AS v FROM (SELECT i, random() AS r FROM generate_series(9, "
          "40) "
          "i OFFSET 0) made) elements",
          fmt::format(fmt::runtime(wrap), type_name(maker.type)), maker.sql);
      session_.run("SELECT setseed(0.75)");
      const Answer text = session_.run(sql, {}, Format::Text);
      session_.run("SELECT setseed(0.75)");
      const Answer binary = session_.run(sql, {}, Format::Binary);
      ASSERT_TRUE(text.field && binary.field) << sql << text.message << binary.message;
      Value from_text;
      Value from_binary;
      find_decoder<Value>(array, Format::Text)({text.field->data(), text.field->size()},
                                               &from_text);
      find_decoder<Value>(array, Format::Binary)({binary.field->data(), binary.field->size()},
                                                 &from_binary);
      EXPECT_EQ(from_text, from_binary) << type_name(array) << " " << *text.field;
    }
  }
}

}  // namespace
}  // namespace pgjinja::pg
