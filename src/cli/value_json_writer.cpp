#include "cli/value_json.hpp"
#include "core/base64.hpp"
#include "core/utf8.hpp"

#include <pgjinja/core/json.hpp>

#include <cmath>

namespace pgjinja::cli {

namespace {

void append_tagged(std::string& out, std::string_view tag, std::string_view text) {
  out.append("{\"").append(tag).append("\":\"").append(text).append("\"}");
}

void append_float(std::string& out, const Value& value) {
  const double number = value.as_float();
  if (std::isfinite(number)) return append_json(out, value);
  append_tagged(out, "$float",
                std::isnan(number) ? "NaN" : (number > 0 ? "Infinity" : "-Infinity"));
}

void append_text(std::string& out, const Value& value) {
  if (find_invalid_utf8(value.as_text()) == std::string_view::npos) {
    const TextTag tag = value.text_tag();
    if (tag == TextTag::None) return append_json(out, value);
    out.append("{\"$").append(text_tag_name(tag)).append("\":");
    append_json(out, value);
    out += '}';
    return;
  }
  append_tagged(out, "$text", to_base64(value.as_text()));
}

void append_list(std::string& out, const List& list) {
  out += '[';
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i != 0) out += ',';
    append_value_json(out, list[i]);
  }
  out += ']';
}

/// The key as JSON writes it: core's writer knows how keys that are no texts are spelled.
std::string key_of(const Value& key) {
  Map one;
  one.set(key, Value());
  const std::string object = to_json(Value(std::move(one)));
  return object.substr(1, object.size() - std::string_view("{null}").size());
}

void append_map(std::string& out, const Map& map) {
  out += '{';
  for (const Map::Entry& entry : map) {
    if (out.back() != '{') out += ',';
    out += key_of(entry.key);
    append_value_json(out, entry.value);
  }
  out += '}';
}

}  // namespace

void append_value_json(std::string& out, const Value& value) {
  switch (value.kind()) {
    case Kind::Float: return append_float(out, value);
    case Kind::Text: return append_text(out, value);
    case Kind::Bytes: return append_tagged(out, "$bytes", to_base64(value.as_bytes()));
    case Kind::List: return append_list(out, value.as_list());
    case Kind::Map: return append_map(out, value.as_map());
    default: return append_json(out, value);
  }
}

void append_json_string(std::string& out, std::string_view text) {
  std::string valid;
  for (;;) {
    const std::size_t wrong = find_invalid_utf8(text);
    valid += text.substr(0, wrong);
    if (wrong == std::string_view::npos) break;
    valid += "\xEF\xBF\xBD";
    text.remove_prefix(wrong + 1);
  }
  append_json(out, Value(valid));
}

}  // namespace pgjinja::cli
