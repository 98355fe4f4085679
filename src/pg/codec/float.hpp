#pragma once

#include "pg/codec/field_bytes.hpp"

#include <pgjinja/pg/types.hpp>

#include <bit>
#include <string>

namespace pgjinja::pg {

// Fields of real and double precision (manual 8.1.3).
inline float read_float4_binary(Field field) {
  expect_size(field, 4, "real");
  return std::bit_cast<float>(wire::load32(field.data));
}
float read_float4_text(Field field);
inline double read_float8_binary(Field field) {
  expect_size(field, 8, "double precision");
  return std::bit_cast<double>(load64(field.data));
}
double read_float8_text(Field field);

/// The fewest digits that read back the same, and "NaN", "Infinity", "-Infinity", as the server
/// writes them.
void append_float_text(std::string& out, double number);

}  // namespace pgjinja::pg
