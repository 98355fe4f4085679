#pragma once

#include "pg/codec/field_bytes.hpp"

#include <pgjinja/pg/types.hpp>

#include <cstdint>

namespace pgjinja::pg {

// Fields of boolean, smallint, integer, bigint and oid (manual 8.1, 8.6, 8.19).
inline bool read_bool_binary(Field field) {
  expect_size(field, 1, "boolean");
  return *field.data != '\0';
}
inline std::int16_t read_int2_binary(Field field) {
  expect_size(field, 2, "smallint");
  return static_cast<std::int16_t>(wire::load16(field.data));
}
inline std::int32_t read_int4_binary(Field field) {
  expect_size(field, 4, "integer");
  return static_cast<std::int32_t>(wire::load32(field.data));
}
inline std::int64_t read_int8_binary(Field field) { return load_int64(field, "bigint"); }
inline std::uint32_t read_oid_binary(Field field) {
  expect_size(field, 4, "oid");
  return wire::load32(field.data);
}

bool read_bool_text(Field field);
std::int16_t read_int2_text(Field field);
std::int32_t read_int4_text(Field field);
std::int64_t read_int8_text(Field field);
std::uint32_t read_oid_text(Field field);

}  // namespace pgjinja::pg
