#include "sql/mark.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/core/json.hpp>
#include <pgjinja/sql/marks.hpp>

#include <cmath>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

/// As libpq's PQescapeLiteral: with a backslash in it as an escape string, which the server reads
/// the same whatever standard_conforming_strings is; the space keeps its E off a word in front.
std::string quoted(std::string_view text) {
  const bool escape = text.find('\\') != std::string_view::npos;
  std::string out = escape ? " E'" : "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += c;
    out += c;
  }
  return out + "'";
}

/// The space keeps the sign from making a `--` comment of a minus in front.
std::string signed_number(const Value& number) {
  std::string digits = to_json(number);
  return digits.starts_with('-') ? " " + digits : digits;
}

std::string special_float(double number) {
  if (std::isnan(number)) return "'NaN'";
  return number < 0 ? "'-Infinity'" : "'Infinity'";
}

std::string hexadecimal(std::string_view bytes) {
  std::string out = "\\x";
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::string checked(std::string_view text) {
  if (is_server_text(text)) return quoted(text);
  throw Error(ErrorKind::Encode, "a literal has a NUL byte or invalid UTF-8")
      .hint("give text that is valid UTF-8; bytes become the literal of a bytea");
}

[[noreturn]] void refuse(const Value& value) {
  if (value.is_undefined()) {
    throw Error(ErrorKind::Undefined,
                fmt::format("{} is undefined",
                            value.undefined_name().empty() ? "the value" : value.undefined_name()));
  }
  throw Error(ErrorKind::Runtime, fmt::format("a literal is made of a single value, and not of {}",
                                              value.is_object() ? value.as_object().type_name()
                                                                : kind_name(value.kind())))
      .hint("make one of each item: {{ items | map('literal') | join(', ') }}");
}

std::string text_of(const Value& value) {
  switch (value.kind()) {
    case Kind::Null: return "NULL";
    case Kind::Bool: return value.as_bool() ? "true" : "false";
    case Kind::Int: return signed_number(value);
    case Kind::Float:
      return std::isfinite(value.as_float()) ? signed_number(value)
                                             : special_float(value.as_float());
    case Kind::Text: return checked(value.as_text());
    case Kind::Bytes: return quoted(hexadecimal(value.as_bytes()));
    default: refuse(value);
  }
}

}  // namespace

Value literal(const Value& value) { return Value::object<LiteralMark>(text_of(value)); }

}  // namespace pgjinja::sql
