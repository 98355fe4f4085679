#include "cli/json_object.hpp"

#include "cli/value_json.hpp"

#include <fmt/format.h>

namespace pgjinja::cli {

void JsonObject::begin(std::string_view key) {
  out_ += out_.empty() ? "{" : ", ";
  append_json_string(out_, key);
  out_ += ": ";
}

JsonObject& JsonObject::text(std::string_view key, std::string_view value) {
  begin(key);
  append_json_string(out_, value);
  return *this;
}
JsonObject& JsonObject::text_or_null(std::string_view key, std::string_view value) {
  return value.empty() ? json(key, "null") : text(key, value);
}
JsonObject& JsonObject::number(std::string_view key, std::int64_t value) {
  return json(key, std::to_string(value));
}
JsonObject& JsonObject::number_or_null(std::string_view key, std::int64_t value) {
  return value == 0 ? json(key, "null") : number(key, value);
}
JsonObject& JsonObject::json(std::string_view key, std::string_view value) {
  begin(key);
  out_ += value;
  return *this;
}

std::string json_array(const std::vector<std::string>& values) {
  return fmt::format("[{}]", fmt::join(values, ", "));
}
std::string json_lines(const std::vector<std::string>& values) {
  return values.empty() ? "[]" : fmt::format("[\n{}\n]", fmt::join(values, ",\n"));
}
std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace pgjinja::cli
