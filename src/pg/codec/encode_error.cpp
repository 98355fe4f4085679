#include "pg/codec/encode_error.hpp"

#include "core/utf8.hpp"

#include <string>

#include <fmt/format.h>

namespace pgjinja::pg {

Error not_encodable(std::string_view message) {
  return Error(ErrorKind::Encode, std::string(message));
}

Error out_of_range(std::int64_t value, Oid type) {
  return not_encodable(fmt::format("{} is out of range for type {}", value, type_name(type)));
}

Error no_parameter(const Value& value) {
  if (value.is_undefined()) {
    return not_encodable(
               fmt::format("undefined value '{}' cannot be a parameter", value.undefined_name()))
        .hint("give it a value, or use the default filter");
  }
  if (value.is_object()) {
    return not_encodable(
        fmt::format("an object ({}) cannot be a parameter", value.as_object().type_name()));
  }
  return not_encodable(fmt::format("a {} has no bytes", kind_name(value.kind())));
}

void check_text(std::string_view text) {
  if (const std::size_t at = text.find('\0'); at != std::string_view::npos) {
    throw not_encodable(
        fmt::format("text with a NUL byte (at offset {}) cannot be a parameter", at))
        .hint("PostgreSQL has no such text; pass it as bytes for a bytea");
  }
  if (const std::size_t at = find_invalid_utf8(text); at != std::string_view::npos) {
    throw not_encodable(
        fmt::format("text that is not valid UTF-8 (at offset {}) cannot be a parameter", at))
        .hint("convert it to UTF-8, or pass it as bytes for a bytea");
  }
}

}  // namespace pgjinja::pg
