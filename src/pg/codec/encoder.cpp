#include "core/calendar.hpp"
#include "pg/codec/encode_error.hpp"
#include "pg/codec/field_bytes.hpp"

#include <pgjinja/core/scalars.hpp>
#include <pgjinja/pg/codec.hpp>

#include <bit>
#include <limits>
#include <optional>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

// Which C++ types have a binary form for which SQL types: the natural pairs, where it says the same
// as the text does. All others go as text.

namespace pgjinja::pg {

namespace {

void append_field16(ByteBuffer& out, std::uint16_t bits) {
  char* const at = out.grow(6);
  wire::store32(at, 2);
  wire::store16(at + 4, bits);
}
void append_field32(ByteBuffer& out, std::uint32_t bits) {
  char* const at = out.grow(8);
  wire::store32(at, 4);
  wire::store32(at + 4, bits);
}
void store64(char* at, std::uint64_t bits) {
  wire::store32(at, static_cast<std::uint32_t>(bits >> 32U));
  wire::store32(at + 4, static_cast<std::uint32_t>(bits));
}
void append_field64(ByteBuffer& out, std::uint64_t bits) {
  char* const at = out.grow(12);
  wire::store32(at, 8);
  store64(at + 4, bits);
}
void append_field(ByteBuffer& out, std::string_view bytes) {
  wire::store32(out.grow(4), static_cast<std::uint32_t>(bytes.size()));
  out.append(bytes);
}

template <class T>
const T& as(const void* value) {
  return *static_cast<const T*>(value);
}

void encode_bool(const void* value, ByteBuffer& out) {
  char* const at = out.grow(5);
  wire::store32(at, 1);
  at[4] = static_cast<char>(as<bool>(value) ? 1 : 0);
}

template <class T, class To, Oid kType>
void encode_integer(const void* value, ByteBuffer& out) {
  const T number = as<T>(value);
  if constexpr (sizeof(T) > sizeof(To)) {
    if (number < std::numeric_limits<To>::min() || number > std::numeric_limits<To>::max()) {
      throw out_of_range(number, kType);
    }
  }
  const auto bits = static_cast<std::make_unsigned_t<To>>(static_cast<To>(number));
  if constexpr (sizeof(To) == 2) {
    append_field16(out, bits);
  } else if constexpr (sizeof(To) == 4) {
    append_field32(out, bits);
  } else {
    append_field64(out, bits);
  }
}

void encode_float4(const void* value, ByteBuffer& out) {
  append_field32(out, std::bit_cast<std::uint32_t>(as<float>(value)));
}
template <class T>
void encode_float8(const void* value, ByteBuffer& out) {
  append_field64(out, std::bit_cast<std::uint64_t>(double{as<T>(value)}));
}

std::string_view text_of(const std::string& text) { return text; }
std::string_view text_of(const Json& json) { return json.text; }

template <class T>
void encode_text_field(const void* value, ByteBuffer& out) {
  const std::string_view text = text_of(as<T>(value));
  check_text(text);
  append_field(out, text);
}

/// A version stands before the text (jsonb_recv() in the server's jsonb.c).
template <class T>
void encode_jsonb(const void* value, ByteBuffer& out) {
  const std::string_view text = text_of(as<T>(value));
  check_text(text);
  char* const at = out.grow(5);
  wire::store32(at, static_cast<std::uint32_t>(text.size() + 1));
  at[4] = '\1';
  out.append(text);
}

void encode_bytea(const void* value, ByteBuffer& out) {
  const auto& bytes = as<std::vector<std::byte>>(value);
  append_field(out, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

// The server counts from 2000-01-01; its largest and smallest count stand for the infinities.
constexpr std::int64_t kEpochDays = days_from_civil({2000, 1, 1});
constexpr std::int64_t kEpochMicroseconds = kEpochDays * 86'400'000'000;

template <class Int>
Int since_epoch(std::int64_t count, std::int64_t epoch, Oid type) {
  std::int64_t shifted = 0;
  if (__builtin_sub_overflow(count, epoch, &shifted) ||
      shifted <= std::numeric_limits<Int>::min() || shifted >= std::numeric_limits<Int>::max()) {
    throw not_encodable(
        fmt::format("a point in time is out of range for type {}", type_name(type)));
  }
  return static_cast<Int>(shifted);
}

void encode_date(const void* value, ByteBuffer& out) {
  const std::int64_t days = as<Date>(value).time_since_epoch().count();
  append_field32(
      out, static_cast<std::uint32_t>(since_epoch<std::int32_t>(days, kEpochDays, oid::kDate)));
}

template <class T, Oid kType>
void encode_timestamp(const void* value, ByteBuffer& out) {
  const std::int64_t count = as<T>(value).time_since_epoch().count();
  append_field64(
      out, static_cast<std::uint64_t>(since_epoch<std::int64_t>(count, kEpochMicroseconds, kType)));
}

void encode_time(const void* value, ByteBuffer& out) {
  append_field64(out, static_cast<std::uint64_t>(as<TimeOfDay>(value).since_midnight.count()));
}

void encode_interval(const void* value, ByteBuffer& out) {
  const auto& interval = as<Interval>(value);
  char* const at = out.grow(20);
  wire::store32(at, 16);
  store64(at + 4, static_cast<std::uint64_t>(interval.microseconds.count()));
  wire::store32(at + 12, static_cast<std::uint32_t>(interval.days));
  wire::store32(at + 16, static_cast<std::uint32_t>(interval.months));
}

void encode_uuid(const void* value, ByteBuffer& out) {
  const auto& bytes = as<Uuid>(value).bytes;
  append_field(out, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

template <class T>
Encoder integer_encoder(Oid type) {
  switch (type) {
    case oid::kInt2: return encode_integer<T, std::int16_t, oid::kInt2>;
    case oid::kInt4: return encode_integer<T, std::int32_t, oid::kInt4>;
    case oid::kInt8: return encode_integer<T, std::int64_t, oid::kInt8>;
    default: return nullptr;
  }
}

template <class T>
Encoder json_encoder(Oid type) {
  if (type == oid::kJson) return encode_text_field<T>;
  return type == oid::kJsonb ? encode_jsonb<T> : nullptr;
}

Encoder text_encoder(Oid type) {
  const bool plain = type == oid::kText || type == oid::kVarchar || type == oid::kBpchar;
  return plain ? encode_text_field<std::string> : json_encoder<std::string>(type);
}

Encoder only(Oid wanted, Oid type, Encoder encoder) { return type == wanted ? encoder : nullptr; }

}  // namespace

template <class T>
Encoder find_encoder(Oid type) {
  if constexpr (std::is_same_v<T, bool>) return only(oid::kBool, type, encode_bool);
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) return integer_encoder<T>(type);
  if constexpr (std::is_floating_point_v<T>) {
    if (type == oid::kFloat8) return encode_float8<T>;
    return std::is_same_v<T, float> ? only(oid::kFloat4, type, encode_float4) : nullptr;
  }
  if constexpr (std::is_same_v<T, std::string>) return text_encoder(type);
  if constexpr (std::is_same_v<T, Json>) return json_encoder<Json>(type);
  if constexpr (std::is_same_v<T, std::vector<std::byte>>) {
    return only(oid::kBytea, type, encode_bytea);
  }
  if constexpr (std::is_same_v<T, Date>) return only(oid::kDate, type, encode_date);
  if constexpr (std::is_same_v<T, TimeOfDay>) return only(oid::kTime, type, encode_time);
  if constexpr (std::is_same_v<T, Timestamp>) {
    return only(oid::kTimestamp, type, encode_timestamp<T, oid::kTimestamp>);
  }
  if constexpr (std::is_same_v<T, TimestampTz>) {
    return only(oid::kTimestampTz, type, encode_timestamp<T, oid::kTimestampTz>);
  }
  if constexpr (std::is_same_v<T, Interval>) return only(oid::kInterval, type, encode_interval);
  if constexpr (std::is_same_v<T, Uuid>) return only(oid::kUuid, type, encode_uuid);
  return nullptr;
}

template Encoder find_encoder<Value>(Oid);

#define PGJINJA_ENCODES(...)                                    \
  template Encoder find_encoder<__VA_ARGS__>(Oid);              \
  template Encoder find_encoder<std::vector<__VA_ARGS__>>(Oid); \
  template Encoder find_encoder<std::vector<std::optional<__VA_ARGS__>>>(Oid)

PGJINJA_ENCODES(bool);
PGJINJA_ENCODES(std::int16_t);
PGJINJA_ENCODES(std::int32_t);
PGJINJA_ENCODES(std::int64_t);
PGJINJA_ENCODES(float);
PGJINJA_ENCODES(double);
PGJINJA_ENCODES(std::string);
PGJINJA_ENCODES(std::vector<std::byte>);
PGJINJA_ENCODES(Date);
PGJINJA_ENCODES(Timestamp);
PGJINJA_ENCODES(TimestampTz);
PGJINJA_ENCODES(TimeOfDay);
PGJINJA_ENCODES(Interval);
PGJINJA_ENCODES(Uuid);
PGJINJA_ENCODES(Decimal);
PGJINJA_ENCODES(Json);

#undef PGJINJA_ENCODES

}  // namespace pgjinja::pg
