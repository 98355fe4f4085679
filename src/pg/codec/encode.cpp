#include "pg/codec/array_shape.hpp"
#include "pg/codec/encode_error.hpp"
#include "pg/codec/field_bytes.hpp"
#include "pg/codec/numeric.hpp"
#include "pg/codec/text_form.hpp"

#include <pgjinja/core/scalars.hpp>
#include <pgjinja/pg/codec.hpp>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace pgjinja::pg {

namespace {

// Each of these appends the binary form, or nothing and returns false when only the text form says
// the same as the value.

template <class T>
void require_range(std::int64_t value, Oid type) {
  if (value < std::int64_t{std::numeric_limits<T>::min()} ||
      value > std::int64_t{std::numeric_limits<T>::max()}) {
    throw out_of_range(value, type);
  }
}

/// Integers up to this magnitude are all exact in a binary floating point type of so many digits.
template <class T>
bool is_exact(std::int64_t value) {
  constexpr std::int64_t kLimit = std::int64_t{1} << std::numeric_limits<T>::digits;
  return value >= -kLimit && value <= kLimit;
}

void append_float4(std::string& out, float value) {
  wire::append32(out, std::bit_cast<std::uint32_t>(value));
}
void append_float8(std::string& out, double value) {
  append64(out, std::bit_cast<std::uint64_t>(value));
}

bool append_int(std::string& out, std::int64_t value, Oid type) {
  switch (type) {
    case oid::kInt2:
      require_range<std::int16_t>(value, type);
      wire::append16(out, static_cast<std::uint16_t>(value));
      return true;
    case oid::kInt4:
      require_range<std::int32_t>(value, type);
      wire::append32(out, static_cast<std::uint32_t>(value));
      return true;
    case oid::kInt8: append64(out, static_cast<std::uint64_t>(value)); return true;
    case oid::kOid:
      // The server reads "-1" as the largest oid (oidin()); text leaves that to it.
      if (value < 0) return false;
      require_range<std::uint32_t>(value, type);
      wire::append32(out, static_cast<std::uint32_t>(value));
      return true;
    case oid::kFloat4:
      if (!is_exact<float>(value)) return false;
      append_float4(out, static_cast<float>(value));
      return true;
    case oid::kFloat8:
      if (!is_exact<double>(value)) return false;
      append_float8(out, static_cast<double>(value));
      return true;
    case oid::kNumeric: append_numeric(out, value); return true;
    default: return false;
  }
}

bool append_float(std::string& out, double value, Oid type) {
  if (type == oid::kFloat8) {
    append_float8(out, value);
    return true;
  }
  if (type != oid::kFloat4) return false;
  // Rounding is left to the server, which rounds the decimal text: that is not always the same.
  const bool fits = !std::isfinite(value) || std::abs(value) <= std::numeric_limits<float>::max();
  if (!fits || (!std::isnan(value) && double{static_cast<float>(value)} != value)) return false;
  append_float4(out, static_cast<float>(value));
  return true;
}

bool append_uuid(std::string& out, std::string_view text) {
  Uuid uuid;
  try {
    uuid = Uuid::parse(text);
  } catch (const Error&) {
    return false;  // the server says best what it does not take
  }
  out.append(reinterpret_cast<const char*>(uuid.bytes.data()), uuid.bytes.size());
  return true;
}

bool append_text(std::string& out, std::string_view text, Oid type) {
  switch (type) {
    case oid::kText:
    case oid::kVarchar:
    case oid::kBpchar:
      check_text(text);
      out += text;
      return true;
    case oid::kUuid: return append_uuid(out, text);
    default: return false;
  }
}

[[gnu::hot]] bool append_scalar(std::string& out, const Value& value, Oid type) {
  switch (value.kind()) {
    case Kind::Bool:
      if (type != oid::kBool) return false;
      out += value.as_bool() ? '\1' : '\0';
      return true;
    case Kind::Int: return append_int(out, value.as_int(), type);
    case Kind::Float: return append_float(out, value.as_float(), type);
    case Kind::Text: return append_text(out, value.as_text(), type);
    case Kind::Bytes:
      if (type != oid::kBytea) return false;
      out += value.as_bytes();
      return true;
    default: return false;
  }
}

bool append_elements(std::string& out, const List& list, Oid type) {
  for (const Value& item : list) {
    if (item.is_list()) {
      if (!append_elements(out, item.as_list(), type)) return false;
      continue;
    }
    const std::size_t length_at = out.size();
    wire::append32(out, 0xFFFFFFFFU);  // NULL, as long as it has no bytes
    if (item.is_null()) continue;
    if (!append_scalar(out, item, type)) return false;
    wire::store32(out.data() + length_at, static_cast<std::uint32_t>(out.size() - length_at - 4));
  }
  return true;
}

/// An array in binary (array_recv() in the server's arrayfuncs.c).
bool append_array(std::string& out, const List& list, Oid element) {
  const ArrayShape shape = array_shape(list);
  if (shape.elements() == 0) return false;
  const std::size_t begin = out.size();
  wire::append32(out, static_cast<std::uint32_t>(shape.dimensions));
  wire::append32(out, 1);  // there may be NULLs
  wire::append32(out, element);
  for (std::size_t i = 0; i < shape.dimensions; ++i) {
    wire::append32(out, static_cast<std::uint32_t>(shape.lengths[i]));
    wire::append32(out, 1);  // the lower bound
  }
  if (append_elements(out, list, element)) return true;
  out.resize(begin);
  return false;
}

bool append_binary(std::string& out, const Value& value, Oid type) {
  if (!value.is_list()) return append_scalar(out, value, type);
  const Oid element = element_type(type);
  return element != oid::kUnknown && append_array(out, value.as_list(), element);
}

}  // namespace

[[gnu::hot]] Format encode(const Value& value, Oid type, std::string& out) {
  if (append_binary(out, value, type)) return Format::Binary;
  encode_text(value, type, out);
  return Format::Text;
}

void encode_text(const Value& value, Oid type, std::string& out) {
  if (value.is_list() && (type == oid::kJson || type == oid::kJsonb)) {
    append_json_form(out, value);
  } else {
    append_text_form(out, value);
  }
}

}  // namespace pgjinja::pg
