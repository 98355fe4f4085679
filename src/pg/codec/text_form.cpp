#include "pg/codec/text_form.hpp"

#include "pg/codec/array_shape.hpp"
#include "pg/codec/bytea.hpp"
#include "pg/codec/encode_error.hpp"
#include "pg/codec/float.hpp"

#include <pgjinja/core/json.hpp>

#include <iterator>

#include <fmt/format.h>

namespace pgjinja::pg {

namespace {

/// Quoted always: then neither a comma, a brace, "NULL" nor an empty text needs a thought.
void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void append_element(std::string& out, const Value& value) {
  switch (value.kind()) {
    case Kind::Null: out += "NULL"; return;
    case Kind::Bool:
    case Kind::Int:
    case Kind::Float: append_text_form(out, value); return;
    default: break;
  }
  std::string text;
  append_text_form(text, value);
  append_quoted(out, text);
}

// array_shape() has bounded the depth.
void append_braces(std::string& out, const List& list) {
  out += '{';
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i != 0) out += ',';
    if (list[i].is_list()) {
      append_braces(out, list[i].as_list());
    } else {
      append_element(out, list[i]);
    }
  }
  out += '}';
}

}  // namespace

void append_text_form(std::string& out, const Value& value) {
  switch (value.kind()) {
    case Kind::Bool: out += value.as_bool() ? "true" : "false"; return;
    case Kind::Int: fmt::format_to(std::back_inserter(out), "{}", value.as_int()); return;
    case Kind::Float: append_float_text(out, value.as_float()); return;
    case Kind::Text:
      check_text(value.as_text());
      out += value.as_text();
      return;
    case Kind::Bytes: append_bytea_text(out, value.as_bytes()); return;
    case Kind::Map: append_json_form(out, value); return;
    case Kind::List:
      if (array_shape(value.as_list()).elements() == 0) {
        out += "{}";  // '{{}}' is malformed before PostgreSQL 17
      } else {
        append_braces(out, value.as_list());
      }
      return;
    case Kind::Null:
    case Kind::Undefined:
    case Kind::Object: break;
  }
  throw no_parameter(value);
}

void append_json_form(std::string& out, const Value& value) {
  try {
    append_json(out, value);
  } catch (const Error& error) {
    throw not_encodable(error.message()).hint(error.hint());
  }
}

}  // namespace pgjinja::pg
