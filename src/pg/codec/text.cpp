#include "pg/codec/text.hpp"

#include "pg/codec/field_bytes.hpp"

#include <algorithm>

namespace pgjinja::pg {

std::string_view read_jsonb_binary(Field field) {
  constexpr char kVersion = 1;  // the only one there has been: jsonb_send()
  if (field.size == 0 || *field.data != kVersion) throw malformed("jsonb", field);
  return field.bytes().substr(1);
}

Json read_json(Field field) { return {std::string(field.bytes())}; }
Json read_jsonb_binary_as_json(Field field) { return {std::string(read_jsonb_binary(field))}; }

Uuid read_uuid_binary(Field field) {
  Uuid uuid;
  expect_size(field, uuid.bytes.size(), "uuid");
  std::copy_n(reinterpret_cast<const std::uint8_t*>(field.data), field.size, uuid.bytes.begin());
  return uuid;
}

Uuid read_uuid_text(Field field) {
  try {
    return Uuid::parse(field.bytes());
  } catch (const Error&) {
    throw malformed("uuid", field);
  }
}

std::string read_uuid_binary_as_text(Field field) { return to_text(read_uuid_binary(field)); }

}  // namespace pgjinja::pg
