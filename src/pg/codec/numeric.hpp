#pragma once

#include <pgjinja/core/scalars.hpp>
#include <pgjinja/pg/types.hpp>

#include <cstdint>
#include <string>

namespace pgjinja::pg {

/// A numeric field as the server would write it, with its trailing zeros (manual 8.1.2).
std::string read_numeric_binary(Field field);
Decimal read_numeric_binary_as_decimal(Field field);
Decimal read_numeric_text_as_decimal(Field field);

/// An integer in numeric's binary form.
void append_numeric(std::string& out, std::int64_t value);

}  // namespace pgjinja::pg
