#pragma once

#include <pgjinja/pg/types.hpp>

#include <string>

namespace pgjinja::pg {

// Fields of real and double precision (manual 8.1.3).
float read_float4_binary(Field field);
float read_float4_text(Field field);
double read_float8_binary(Field field);
double read_float8_text(Field field);

/// The fewest digits that read back the same, and "NaN", "Infinity", "-Infinity", as the server
/// writes them.
void append_float_text(std::string& out, double number);

}  // namespace pgjinja::pg
