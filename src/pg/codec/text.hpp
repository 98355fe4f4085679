#pragma once

#include <pgjinja/core/scalars.hpp>
#include <pgjinja/pg/types.hpp>

#include <string>
#include <string_view>

namespace pgjinja::pg {

/// Fields whose bytes are their text: text, varchar, bpchar, name, json, and every type in text
/// format. The view lives as long as the field.
inline std::string_view read_text(Field field) { return field.bytes(); }

/// The text of a jsonb field, behind its version byte.
std::string_view read_jsonb_binary(Field field);

Json read_json(Field field);
Json read_jsonb_binary_as_json(Field field);

Uuid read_uuid_binary(Field field);
Uuid read_uuid_text(Field field);
std::string read_uuid_binary_as_text(Field field);

}  // namespace pgjinja::pg
