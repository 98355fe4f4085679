// Against a real server, with random values of every type: the text form, the binary form and the
// server's own reading are one and the same.

#include "pg/raw_session.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/codec.hpp>
#include <pgjinja/pg/connection.hpp>
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
constexpr std::size_t kResults = 10'000;

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
  const char* sql;  // of i, 0 … 299 again and again, and r, random in 0 … 1
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
    {oid::kInt4Range,
     "int4range(NULLIF(least(i, 100), 7), NULLIF(100 + (r * 1000)::int, 300), "
     "CASE i % 3 WHEN 0 THEN '[]' ELSE '()' END)"},
    {oid::kInt8Range, "int8range(NULLIF(i, 3), i + (r * 1e15)::int8)"},
    {oid::kNumRange,
     "numrange(-r::numeric, CASE i WHEN 0 THEN 'Infinity' ELSE (r * i)::numeric END, '(]')"},
    {oid::kDateRange,
     "CASE i WHEN 0 THEN 'empty' WHEN 1 THEN '[infinity,]' WHEN 2 THEN '[4713-01-01 BC,)' ELSE "
     "daterange('2000-01-01', '2000-01-01'::date + (r * 2000000)::int)::text END::daterange"},
    {oid::kTsRange,
     "tsrange('0044-03-15 12:00 BC', CASE i WHEN 0 THEN 'infinity' ELSE "
     "'2000-01-01'::timestamp + r * '6000 years'::interval END, '[]')"},
    {oid::kTsTzRange,
     "tstzrange(CASE i WHEN 0 THEN '-infinity' ELSE "
     "'2000-01-01'::timestamptz + (r - 0.3) * '6000 years'::interval END, NULL, '()')"},
    {oid::kInt4Multirange,
     "CASE i WHEN 0 THEN '{}' WHEN 1 THEN '{(,)}' ELSE int4multirange(int4range(i, i + 5), "
     "int4range(1000, 1000 + (r * 1000)::int))::text END::int4multirange"},
    {oid::kInt8Multirange, "int8multirange(int8range(i, NULL))"},
    {oid::kNumMultirange,
     "nummultirange(numrange(-i - 1, -r::numeric), numrange(r::numeric, i + 1))"},
    {oid::kDateMultirange,
     "datemultirange(daterange('2000-01-01', '2000-01-01'::date + (r * 2000000)::int))"},
    {oid::kTsMultirange,
     "tsmultirange(tsrange(NULL, '2000-01-01'::timestamp + r * '1 day'::interval))"},
    {oid::kTsTzMultirange,
     "tstzmultirange(tstzrange(NULL, '2000-01-01'::timestamptz + r * '1 day'::interval))"},
};

/// Takes rows of a value and its text as they come.
class FieldsSink final : public RowSink {
 public:
  void columns(const std::vector<Column>& columns) override { column = columns.at(0); }
  void row(std::span<const Field> fields) override {
    values.emplace_back(fields[0].bytes());
    texts.emplace_back(fields[1].bytes());
  }

  Column column;
  std::vector<std::string> values;
  std::vector<std::string> texts;
};

/// nullopt when T does not hold it.
template <class T>
std::optional<T> decoded(Decoder decoder, const std::string& bytes) {
  T value{};
  try {
    decoder({bytes.data(), bytes.size()}, &value);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Mapping) << error.what();
    return std::nullopt;
  }
  return value;
}

template <class T>
bool is_nan(const std::optional<T>& v) {
  if constexpr (std::is_floating_point_v<T>) return v && std::isnan(*v);
  if constexpr (std::is_same_v<T, Value>) return v && v->is_float() && std::isnan(v->as_float());
  return false;
}

bool in_utc(Oid type) {
  return type == oid::kTimestampTz || type == oid::kTsTzRange || type == oid::kTsTzMultirange;
}

/// As T both formats are the same; as a text in a Value it is the server's own.
template <class T>
void expect_agreement(const FieldsSink& text, const FieldsSink& binary) {
  const Oid type = text.column.type;
  const Decoder of_text = find_decoder<T>(type, Format::Text);
  const Decoder of_binary = find_decoder<T>(type, Format::Binary);
  if (of_text == nullptr) return;
  for (std::size_t i = 0; i < text.values.size(); ++i) {
    const auto a = decoded<T>(of_text, text.values[i]);
    const auto b = decoded<T>(of_binary, binary.values[i]);
    if (is_nan(a) && is_nan(b)) continue;
    ASSERT_EQ(a == b, true) << type_name(type) << " " << text.texts[i];
    if constexpr (std::is_same_v<T, Value>) {
      ASSERT_TRUE(a.has_value());
      if (a->is_text() && !in_utc(type)) {
        ASSERT_EQ(a->as_text(), text.texts[i]);
      }
    }
  }
}

template <class... T>
void expect_agreement_of_all(const FieldsSink& text, const FieldsSink& binary) {
  (expect_agreement<T>(text, binary), ...);
}

TEST_F(CodecPropertyTest, TextAndBinaryResultsAreTheSameValue) {
  Connection connection(server().settings());
  connection.run_script("SET timezone TO 'Asia/Kolkata'");
  for (const Maker& maker : kMakers) {
    if (!has_binary_decoder(maker.type)) continue;
    const std::string sql = fmt::format(
        "SELECT v, v::text FROM (SELECT {} AS v FROM (SELECT n % 300 AS i, "
        "(hashint8extended(n, 7) & 4503599627370495)::float8 / 4503599627370496 AS r "
        "FROM generate_series(0, {}) n) dice) made",
        maker.sql, kResults - 1);
    FieldsSink text;
    FieldsSink binary;
    connection.execute(sql, {}, text);
    connection.execute(sql, {}, binary);
    EXPECT_EQ(text.column.type, maker.type) << sql;
    ASSERT_EQ(text.column.format, Format::Text);
    ASSERT_EQ(binary.column.format, Format::Binary);
    ASSERT_EQ(text.values.size(), kResults);
    ASSERT_EQ(binary.values.size(), kResults);
    expect_agreement_of_all<Value, bool, std::int16_t, std::int32_t, std::int64_t, float, double,
                            std::string, std::vector<std::byte>, Date, Timestamp, TimestampTz,
                            TimeOfDay, Interval, std::chrono::microseconds, Uuid, Decimal, Json,
                            Range<std::int32_t>, Range<std::int64_t>, Range<Decimal>, Range<Date>,
                            Range<Timestamp>, Range<TimestampTz>, Multirange<std::int32_t>,
                            Multirange<std::int64_t>, Multirange<Decimal>, Multirange<Date>,
                            Multirange<Timestamp>, Multirange<TimestampTz>>(text, binary);
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
