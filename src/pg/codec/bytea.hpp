#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/types.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::pg {

// Fields of bytea in binary and in both of its text forms (manual 8.4).
std::vector<std::byte> read_bytea_binary(Field field);
std::vector<std::byte> read_bytea_text(Field field);
Value read_bytea_binary_as_value(Field field);
Value read_bytea_text_as_value(Field field);

/// "\x0aff"
void append_bytea_text(std::string& out, std::string_view raw);

}  // namespace pgjinja::pg
