#include "pg/codec/integer.hpp"

#include "pg/codec/field_bytes.hpp"

#include <charconv>

namespace pgjinja::pg {

namespace {

template <class T>
T read_text(Field field, std::string_view type) {
  T value{};
  const char* end = field.data + field.size;
  const auto [stop, failure] = std::from_chars(field.data, end, value);
  if (failure != std::errc() || stop != end) throw malformed(type, field);
  return value;
}

}  // namespace

bool read_bool_text(Field field) {
  if (field.bytes() == "t") return true;
  if (field.bytes() == "f") return false;
  throw malformed("boolean", field);
}

std::int16_t read_int2_text(Field field) { return read_text<std::int16_t>(field, "smallint"); }

std::int32_t read_int4_text(Field field) { return read_text<std::int32_t>(field, "integer"); }

std::int64_t read_int8_text(Field field) { return read_text<std::int64_t>(field, "bigint"); }

std::uint32_t read_oid_text(Field field) { return read_text<std::uint32_t>(field, "oid"); }

}  // namespace pgjinja::pg
