#include "cli/field_forms.hpp"

#include "cli/value_json.hpp"

#include <pgjinja/core/json.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

namespace pgjinja::cli {

namespace {

namespace oid = pg::oid;

/// Of the type itself and of its arrays.
bool is_float4(pg::Oid type) { return type == oid::kFloat4 || type == oid::kFloat4Array; }
bool is_numeric(pg::Oid type) { return type == oid::kNumeric || type == oid::kNumericArray; }
bool is_json(pg::Oid type) {
  return type == oid::kJson || type == oid::kJsonb || type == oid::kJsonArray ||
         type == oid::kJsonbArray;
}

/// The fewest digits that read back the same in the column's own width.
std::string float_text(double number, pg::Oid type) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  return is_float4(type) ? fmt::format("{}", static_cast<float>(number))
                         : fmt::format("{}", number);
}

std::string hexadecimal(std::string_view bytes) {
  std::string out = "\\x";
  for (const char c : bytes) {
    fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

/// Must an array's element be quoted? (manual 8.15.6)
bool needs_quotes(std::string_view element) {
  if (element.empty() || element.find_first_of("{},\"\\ \t\n\r\v\f") != std::string_view::npos) {
    return true;
  }
  constexpr std::string_view kNull = "null";
  return std::equal(element.begin(), element.end(), kNull.begin(), kNull.end(),
                    [](char a, char b) { return (a | 0x20) == b; });
}

std::string array_text(const List& list, pg::Oid type) {
  std::string out = "{";
  for (const Value& item : list) {
    if (out.size() > 1) out += ',';
    const std::string text = item.is_null() ? "NULL" : field_text(item, type);
    if (item.is_null() || item.is_list() || !needs_quotes(text)) {
      out += text;
      continue;
    }
    out += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return out + '}';
}

void append_array_json(std::string& out, const List& list, pg::Oid type) {
  out += '[';
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i != 0) out += ',';
    append_field_json(out, list[i], type);
  }
  out += ']';
}

/// "12.50", but not "NaN" and "Infinity", which the type has as well (manual 8.1.2).
bool is_json_number(std::string_view numeric) {
  return numeric.find_first_not_of("-0123456789.") == std::string_view::npos;
}

}  // namespace

std::string field_text(const Value& field, pg::Oid type) {
  switch (field.kind()) {
    case Kind::Bool: return field.as_bool() ? "true" : "false";
    case Kind::Int: return std::to_string(field.as_int());
    case Kind::Float: return float_text(field.as_float(), type);
    case Kind::Bytes: return hexadecimal(field.as_bytes());
    case Kind::List: return array_text(field.as_list(), type);
    case Kind::Text: return std::string(field.as_text());
    default: return to_json(field);
  }
}

void append_field_json(std::string& out, const Value& field, pg::Oid type) {
  switch (field.kind()) {
    case Kind::Null:
    case Kind::Bool:
    case Kind::Int: return append_json(out, field);
    case Kind::List: return append_array_json(out, field.as_list(), type);
    case Kind::Float: {
      const bool number = std::isfinite(field.as_float());
      const std::string text = float_text(field.as_float(), type);
      return number ? static_cast<void>(out += text) : append_json_string(out, text);
    }
    default: break;
  }
  const std::string text = field_text(field, type);
  if (is_json(type) || (is_numeric(type) && is_json_number(text))) {
    out += text;
  } else {
    append_json_string(out, text);
  }
}

bool is_number_type(pg::Oid type) noexcept {
  constexpr pg::Oid kNumbers[] = {oid::kInt2,   oid::kInt4,   oid::kInt8,   oid::kOid,
                                  oid::kFloat4, oid::kFloat8, oid::kNumeric};
  return std::find(std::begin(kNumbers), std::end(kNumbers), type) != std::end(kNumbers);
}

}  // namespace pgjinja::cli
