#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::cli {

/// Writes one JSON object on one line: `{"name": "x", "line": 3}`. Keys come in the order of the
/// calls.
class JsonObject {
 public:
  JsonObject& text(std::string_view key, std::string_view value);
  /// The text, or null for an empty one.
  JsonObject& text_or_null(std::string_view key, std::string_view value);
  JsonObject& number(std::string_view key, std::int64_t value);
  /// The number, or null for 0.
  JsonObject& number_or_null(std::string_view key, std::int64_t value);
  /// A value that is JSON already.
  JsonObject& json(std::string_view key, std::string_view value);
  [[nodiscard]] std::string str() const { return out_.empty() ? "{}" : out_ + '}'; }

 private:
  void begin(std::string_view key);
  std::string out_;
};

/// `[a, b]` of values that are JSON already.
std::string json_array(const std::vector<std::string>& values);
/// The same with one value a line: what people like to read and line tools to take.
std::string json_lines(const std::vector<std::string>& values);
/// A text as JSON; see append_json_string().
std::string json_string(std::string_view text);

}  // namespace pgjinja::cli
