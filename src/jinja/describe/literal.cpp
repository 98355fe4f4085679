#include "jinja/describe/literal.hpp"

#include "jinja/syntax/string_literal.hpp"

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

constexpr int kDeepest = 20;

Value read_nested(LineReader& line, int depth);

Value read_string(LineReader& line) {
  const std::size_t begin = line.at();
  const std::string_view rest = line.rest();
  std::size_t i = 1;
  while (i < rest.size() && rest[i] != rest[0]) i += rest[i] == '\\' ? 2 : 1;
  if (i >= rest.size()) throw line.error("this string is never closed", begin, 1);
  std::string text;
  if (!decode_string(rest.substr(1, i - 1), text)) {
    throw line.error("an escape of this string names no character", begin, i + 1);
  }
  line.take(i + 1);
  return {text};
}

Value read_list(LineReader& line, int depth) {
  const std::size_t begin = line.at();
  if (depth > kDeepest) throw line.error_here("this list is nested too deep");
  line.skip("[");
  std::vector<Value> items;
  while (!line.skip_attached("]")) {
    if (line.at_end()) throw line.error("this list is never closed: ']' is missing", begin, 1);
    items.push_back(read_nested(line, depth));
    line.skip_space();
    if (!line.skip(",") && line.peek() != ']' && !line.at_end()) {
      throw line.error_here("expected ',' or ']' in this list");
    }
  }
  return Value::list(std::move(items));
}

template <class Number>
bool read_whole(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

Value read_number(LineReader& line) {
  const std::size_t begin = line.at();
  const std::string_view rest = line.rest();
  const std::string_view text =
      line.take(std::min(rest.find_first_not_of("0123456789+-.eE_"), rest.size()));
  std::int64_t integer = 0;
  if (read_whole(text, integer)) return {integer};
  double real = 0;
  if (text.find_first_of(".eE") != std::string_view::npos && read_whole(text, real)) return {real};
  throw line.error(fmt::format("'{}' is no number that a template can hold", text), begin,
                   text.size());
}

Value read_word(LineReader& line) {
  const std::size_t begin = line.at();
  const std::string_view word = line.word();
  if (word == "true" || word == "True") return {true};
  if (word == "false" || word == "False") return {false};
  if (word == "none" || word == "None" || word == "null") return {};
  throw line
      .error(word.empty() ? std::string("expected a literal")
                          : fmt::format("'{}' is no literal", word),
             begin, std::max<std::size_t>(1, word.size()))
      .hint("a literal is 10, 'text', true, none or [1, 2]");
}

Value read_nested(LineReader& line, int depth) {
  const char first = line.peek();
  if (first == '\'' || first == '"') return read_string(line);
  if (first == '[') return read_list(line, depth + 1);
  if (first == '-' || first == '.' || (first >= '0' && first <= '9')) return read_number(line);
  return read_word(line);
}

}  // namespace

Value read_literal(LineReader& line) { return read_nested(line, 0); }

}  // namespace pgjinja::jinja
