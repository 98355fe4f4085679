#pragma once

#include <pgjinja/pg/types.hpp>

#include <cstdint>

namespace pgjinja::pg {

// Fields of boolean, smallint, integer, bigint and oid (manual 8.1, 8.6, 8.19).
bool read_bool_binary(Field field);
bool read_bool_text(Field field);
std::int16_t read_int2_binary(Field field);
std::int16_t read_int2_text(Field field);
std::int32_t read_int4_binary(Field field);
std::int32_t read_int4_text(Field field);
std::int64_t read_int8_binary(Field field);
std::int64_t read_int8_text(Field field);
std::uint32_t read_oid_binary(Field field);
std::uint32_t read_oid_text(Field field);

}  // namespace pgjinja::pg
