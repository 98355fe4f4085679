#pragma once

#include "pg/codec/bytea.hpp"
#include "pg/codec/datetime.hpp"
#include "pg/codec/float.hpp"
#include "pg/codec/integer.hpp"
#include "pg/codec/numeric.hpp"
#include "pg/codec/range.hpp"
#include "pg/codec/text.hpp"

#include <pgjinja/core/scalars.hpp>
#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/codec.hpp>

#include <array>
#include <string>
#include <type_traits>

#include <fmt/format.h>

// Which SQL types each C++ type takes, its natural one first: so it reads a text of a type that
// nobody tells. A type that is not listed is not taken: no pair loses
// anything (int8 -> int32, numeric -> double), and none turns numbers into text unasked.

namespace pgjinja::pg {

struct Source {
  Oid type;
  bool in_binary;  ///< otherwise it is never asked for in binary
  Decoder binary;
  Decoder text;
};

template <auto kRead, class T>
[[gnu::hot]] void decode(Field field, void* target) {
  if constexpr (std::is_same_v<T, std::string>) {
    // Into what is there: no second text is made to move from.
    const std::string_view text = kRead(field);
    auto& out = *static_cast<T*>(target);
    out.clear();
    out.append(text.data(), text.size());
  } else {
    *static_cast<T*>(target) = T(kRead(field));
  }
}
template <auto kRead>
std::string as_digits(Field field) {
  return fmt::to_string(kRead(field));
}
template <auto kRead>
Decimal as_decimal(Field field) {
  return {as_digits<kRead>(field)};
}

template <class T, auto kBinary, auto kText>
constexpr Source source(Oid type) {
  return {type, true, decode<kBinary, T>, decode<kText, T>};
}

template <class T>
constexpr Source int2() {
  return source<T, read_int2_binary, read_int2_text>(oid::kInt2);
}
template <class T>
constexpr Source int4() {
  return source<T, read_int4_binary, read_int4_text>(oid::kInt4);
}
template <class T>
constexpr Source text_as(Oid type) {
  return source<T, read_text, read_text>(type);
}

template <auto kBinary, auto kText>
constexpr auto range_sources(Oid type) {
  using T = decltype(kBinary(Field{}));
  return std::array{
      source<Range<T>, read_range<read_range_binary, kBinary>, read_range<read_range_text, kText>>(
          type)};
}
template <auto kBinary, auto kText>
constexpr auto multirange_sources(Oid type) {
  using T = decltype(kBinary(Field{}));
  return std::array{source<Multirange<T>, read_multirange<read_multirange_binary, kBinary>,
                           read_multirange<read_multirange_text, kText>>(type)};
}

/// A range as the text that the server writes; `kBinary` gives a bound's text. Ranges of
/// timestamptz come in UTC in both formats, so their text has to be read too.
template <auto kBinary>
constexpr Source range_text(Oid type) {
  return source<Value, read_range_as_text<read_range_binary, kBinary>, read_text>(type);
}
template <auto kBinary>
constexpr Source multirange_text(Oid type) {
  return source<Value, read_multirange_as_text<read_multirange_binary, kBinary>, read_text>(type);
}

template <class T>
inline constexpr std::array<Source, 0> kSources{};

template <>
inline constexpr std::array kSources<bool>{
    source<bool, read_bool_binary, read_bool_text>(oid::kBool)};
template <>
inline constexpr std::array kSources<std::int16_t>{int2<std::int16_t>()};
template <>
inline constexpr std::array kSources<std::int32_t>{int4<std::int32_t>(), int2<std::int32_t>()};
template <>
inline constexpr std::array kSources<std::int64_t>{
    source<std::int64_t, read_int8_binary, read_int8_text>(oid::kInt8), int4<std::int64_t>(),
    int2<std::int64_t>(), source<std::int64_t, read_oid_binary, read_oid_text>(oid::kOid)};
template <>
inline constexpr std::array kSources<float>{
    source<float, read_float4_binary, read_float4_text>(oid::kFloat4), int2<float>()};
// A real's text is read as a float before it is widened: as its binary form is.
template <>
inline constexpr std::array kSources<double>{
    source<double, read_float8_binary, read_float8_text>(oid::kFloat8),
    source<double, read_float4_binary, read_float4_text>(oid::kFloat4), int2<double>(),
    int4<double>()};
template <>
inline constexpr std::array kSources<std::string>{
    text_as<std::string>(oid::kText),
    text_as<std::string>(oid::kVarchar),
    text_as<std::string>(oid::kBpchar),
    text_as<std::string>(oid::kName),
    text_as<std::string>(oid::kUnknownText),
    text_as<std::string>(oid::kJson),
    source<std::string, read_jsonb_binary, read_text>(oid::kJsonb),
    Source{oid::kChar, false, nullptr, decode<read_text, std::string>},
    Source{oid::kXml, false, nullptr, decode<read_text, std::string>}};
template <>
inline constexpr std::array kSources<std::vector<std::byte>>{
    source<std::vector<std::byte>, read_bytea_binary, read_bytea_text>(oid::kBytea)};
template <>
inline constexpr std::array kSources<Date>{
    source<Date, read_date_binary, read_date_text>(oid::kDate)};
template <>
inline constexpr std::array kSources<TimeOfDay>{
    source<TimeOfDay, read_time_binary, read_time_text>(oid::kTime)};
template <>
inline constexpr std::array kSources<Timestamp>{
    source<Timestamp, read_timestamp_binary, read_timestamp_text>(oid::kTimestamp)};
template <>
inline constexpr std::array kSources<TimestampTz>{
    source<TimestampTz, read_timestamptz_binary, read_timestamptz_text>(oid::kTimestampTz)};
template <>
inline constexpr std::array kSources<Interval>{
    source<Interval, read_interval_binary, read_interval_text>(oid::kInterval)};
// What an interval has in common with a time is its unit.
template <>
inline constexpr std::array kSources<std::chrono::microseconds>{
    source<std::chrono::microseconds, read_interval_binary_as_duration,
           read_interval_text_as_duration>(oid::kInterval),
    source<std::chrono::microseconds, read_time_binary_as_duration, read_time_text_as_duration>(
        oid::kTime)};
template <>
inline constexpr std::array kSources<Uuid>{
    source<Uuid, read_uuid_binary, read_uuid_text>(oid::kUuid)};
template <>
inline constexpr std::array kSources<Json>{
    source<Json, read_json, read_json>(oid::kJson),
    source<Json, read_jsonb_binary_as_json, read_json>(oid::kJsonb)};
template <>
inline constexpr std::array kSources<Decimal>{
    source<Decimal, read_numeric_binary_as_decimal, read_numeric_text_as_decimal>(oid::kNumeric),
    source<Decimal, as_decimal<read_int2_binary>, as_decimal<read_int2_text>>(oid::kInt2),
    source<Decimal, as_decimal<read_int4_binary>, as_decimal<read_int4_text>>(oid::kInt4),
    source<Decimal, as_decimal<read_int8_binary>, as_decimal<read_int8_text>>(oid::kInt8),
    source<Decimal, as_decimal<read_oid_binary>, as_decimal<read_oid_text>>(oid::kOid)};
template <>
inline constexpr auto kSources<Range<std::int32_t>> =
    range_sources<read_int4_binary, read_int4_text>(oid::kInt4Range);
template <>
inline constexpr auto kSources<Multirange<std::int32_t>> =
    multirange_sources<read_int4_binary, read_int4_text>(oid::kInt4Multirange);
template <>
inline constexpr auto kSources<Range<std::int64_t>> =
    range_sources<read_int8_binary, read_int8_text>(oid::kInt8Range);
template <>
inline constexpr auto kSources<Multirange<std::int64_t>> =
    multirange_sources<read_int8_binary, read_int8_text>(oid::kInt8Multirange);
template <>
inline constexpr auto kSources<Range<Decimal>> =
    range_sources<read_numeric_binary_as_decimal, read_numeric_text_as_decimal>(oid::kNumRange);
template <>
inline constexpr auto kSources<Multirange<Decimal>> =
    multirange_sources<read_numeric_binary_as_decimal, read_numeric_text_as_decimal>(
        oid::kNumMultirange);
template <>
inline constexpr auto kSources<Range<Date>> =
    range_sources<read_date_binary, read_date_text>(oid::kDateRange);
template <>
inline constexpr auto kSources<Multirange<Date>> =
    multirange_sources<read_date_binary, read_date_text>(oid::kDateMultirange);
template <>
inline constexpr auto kSources<Range<Timestamp>> =
    range_sources<read_timestamp_binary, read_timestamp_text>(oid::kTsRange);
template <>
inline constexpr auto kSources<Multirange<Timestamp>> =
    multirange_sources<read_timestamp_binary, read_timestamp_text>(oid::kTsMultirange);
template <>
inline constexpr auto kSources<Range<TimestampTz>> =
    range_sources<read_timestamptz_binary, read_timestamptz_text>(oid::kTsTzRange);
template <>
inline constexpr auto kSources<Multirange<TimestampTz>> =
    multirange_sources<read_timestamptz_binary, read_timestamptz_text>(oid::kTsTzMultirange);
// What is neither number, bool nor bytea is text, as the server writes it.
template <>
inline constexpr std::array kSources<Value>{
    source<Value, read_bool_binary, read_bool_text>(oid::kBool),
    int2<Value>(),
    int4<Value>(),
    source<Value, read_int8_binary, read_int8_text>(oid::kInt8),
    source<Value, read_oid_binary, read_oid_text>(oid::kOid),
    source<Value, read_float4_binary, read_float4_text>(oid::kFloat4),
    source<Value, read_float8_binary, read_float8_text>(oid::kFloat8),
    source<Value, read_numeric_binary, read_text>(oid::kNumeric),
    text_as<Value>(oid::kText),
    text_as<Value>(oid::kVarchar),
    text_as<Value>(oid::kBpchar),
    text_as<Value>(oid::kName),
    text_as<Value>(oid::kUnknownText),
    source<Value, read_bytea_binary_as_value, read_bytea_text_as_value>(oid::kBytea),
    source<Value, read_date_binary_as_text, read_text>(oid::kDate),
    source<Value, read_time_binary_as_text, read_text>(oid::kTime),
    source<Value, read_timestamp_binary_as_text, read_text>(oid::kTimestamp),
    source<Value, read_timestamptz_binary_as_text, read_timestamptz_text_as_text>(
        oid::kTimestampTz),
    source<Value, read_interval_binary_as_text, read_text>(oid::kInterval),
    source<Value, read_uuid_binary_as_text, read_text>(oid::kUuid),
    text_as<Value>(oid::kJson),
    source<Value, read_jsonb_binary, read_text>(oid::kJsonb),
    range_text<as_digits<read_int4_binary>>(oid::kInt4Range),
    range_text<as_digits<read_int8_binary>>(oid::kInt8Range),
    range_text<read_numeric_binary>(oid::kNumRange),
    range_text<read_date_binary_as_text>(oid::kDateRange),
    range_text<read_timestamp_binary_as_text>(oid::kTsRange),
    source<Value, read_range_as_text<read_range_binary, read_timestamptz_binary_as_text>,
           read_range_as_text<read_range_text, read_timestamptz_text_as_text>>(oid::kTsTzRange),
    multirange_text<as_digits<read_int4_binary>>(oid::kInt4Multirange),
    multirange_text<as_digits<read_int8_binary>>(oid::kInt8Multirange),
    multirange_text<read_numeric_binary>(oid::kNumMultirange),
    multirange_text<read_date_binary_as_text>(oid::kDateMultirange),
    multirange_text<read_timestamp_binary_as_text>(oid::kTsMultirange),
    source<Value, read_multirange_as_text<read_multirange_binary, read_timestamptz_binary_as_text>,
           read_multirange_as_text<read_multirange_text, read_timestamptz_text_as_text>>(
        oid::kTsTzMultirange),
    Source{oid::kChar, false, nullptr, decode<read_text, Value>},
    Source{oid::kXml, false, nullptr, decode<read_text, Value>},
    Source{oid::kTimeTz, false, nullptr, decode<read_text, Value>}};

}  // namespace pgjinja::pg
