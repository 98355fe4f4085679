#include "jinja/run/text_form.hpp"

#include "jinja/run/demands.hpp"
#include "jinja/run/letter_classes.hpp"
#include "jinja/run/tagged_text.hpp"
#include "jinja/run/unicode.hpp"

#include <cmath>

#include <fmt/format.h>

namespace pgjinja::jinja {

std::string float_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::string out = fmt::format("{}", value);
  if (out.find_first_of(".e") == std::string::npos) out += ".0";
  return out;
}

namespace {

/// Python escapes what is not printable and prefers single quotes.
char quote_for(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  return has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
}

/// The escapes that texts and bytes share. False when `c` needs none of them.
bool append_escaped(char c, char quote, std::string& out) {
  switch (c) {
    case '\n': out += "\\n"; return true;
    case '\r': out += "\\r"; return true;
    case '\t': out += "\\t"; return true;
    default: break;
  }
  if (c != quote && c != '\\') return false;
  out += '\\';
  out += c;
  return true;
}

void append_code_point(std::string_view point, std::string& out) {
  const std::uint32_t code = code_point(point);
  if (code == kNoCodePoint || is_printable(code)) {
    out += point;
  } else {
    append_code_escape(code, out);
  }
}

void append_quoted(std::string_view text, std::string& out) {
  const char quote = quote_for(text);
  out += quote;
  while (!text.empty()) {
    const std::string_view point = first_code_point(text);
    if (!append_escaped(point[0], quote, out)) append_code_point(point, out);
    text.remove_prefix(point.size());
  }
  out += quote;
}

void append_bytes(std::string_view bytes, std::string& out) {
  const char quote = quote_for(bytes);
  out += 'b';
  out += quote;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (append_escaped(c, quote, out)) continue;
    if (byte < 0x20 || byte >= 0x7F) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  out += quote;
}

void append_list(const List& list, std::string& out) {
  check_result_size(out.size());  // lists that hold others several times may be long
  out += list.is_tuple() ? '(' : '[';
  bool first = true;
  for (const Value& item : list) {
    if (!first) out += ", ";
    first = false;
    append_repr(item, out);
  }
  if (list.is_tuple() && list.size() == 1) out += ',';
  out += list.is_tuple() ? ')' : ']';
}

void append_map(const Map& map, std::string& out) {
  check_result_size(out.size());
  out += '{';
  bool first = true;
  for (const Map::Entry& entry : map) {
    if (!first) out += ", ";
    first = false;
    append_repr(entry.key, out);
    out += ": ";
    append_repr(entry.value, out);
  }
  out += '}';
}

}  // namespace

void append_repr(const Value& value, std::string& out) {
  switch (value.kind()) {
    case Kind::Undefined: out += "Undefined"; break;
    case Kind::Null: out += "None"; break;
    case Kind::Bool: out += value.as_bool() ? "True" : "False"; break;
    case Kind::Int: fmt::format_to(std::back_inserter(out), "{}", value.as_int()); break;
    case Kind::Float: out += float_text(value.as_float()); break;
    case Kind::Text:
      if (!append_tagged_repr(value, out)) append_quoted(value.as_text(), out);
      break;
    case Kind::Bytes: append_bytes(value.as_bytes(), out); break;
    case Kind::List: append_list(value.as_list(), out); break;
    case Kind::Map: append_map(value.as_map(), out); break;
    case Kind::Object: out += value.as_object().to_text(); break;
  }
}

void append_str(const Value& value, std::string& out) {
  if (value.is_text()) {
    append_tagged_str(value, out);
  } else if (value.is_undefined()) {
    out += value.undefined_text();
  } else {
    append_repr(value, out);
  }
}

std::string str(const Value& value) {
  std::string out;
  append_str(value, out);
  return out;
}
std::string repr(const Value& value) {
  std::string out;
  append_repr(value, out);
  return out;
}

}  // namespace pgjinja::jinja
