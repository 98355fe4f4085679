#include "jinja/run/text_splitting.hpp"

#include "jinja/run/text_finder.hpp"
#include "jinja/run/unicode.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>

namespace pgjinja::jinja {

namespace {

void remove_leading_space(std::string_view& text) {
  while (!text.empty() && is_space(first_code_point(text))) {
    text.remove_prefix(first_code_point(text).size());
  }
}
void remove_trailing_space(std::string_view& text) {
  while (!text.empty() && is_space(last_code_point(text))) {
    text.remove_suffix(last_code_point(text).size());
  }
}

/// The word that `text` begins with, which is taken off it.
std::string_view take_word(std::string_view& text) {
  std::string_view rest = text;
  while (!rest.empty() && !is_space(first_code_point(rest))) {
    rest.remove_prefix(first_code_point(rest).size());
  }
  const std::string_view word = text.substr(0, text.size() - rest.size());
  text = rest;
  return word;
}
std::string_view take_last_word(std::string_view& text) {
  std::string_view rest = text;
  while (!rest.empty() && !is_space(last_code_point(rest))) {
    rest.remove_suffix(last_code_point(rest).size());
  }
  const std::string_view word = text.substr(rest.size());
  text = rest;
  return word;
}

void demand_separator(std::string_view separator) {
  if (separator.empty()) throw Error(ErrorKind::Runtime, "the separator is empty");
}

/// Python's line breaks: those of ASCII, NEL, and Unicode's separators of lines and paragraphs.
bool breaks_line(std::string_view point) {
  const std::uint32_t code = code_point(point);
  return (code >= 0x0A && code <= 0x0D) || (code >= 0x1C && code <= 0x1E) || code == 0x85 ||
         code == 0x2028 || code == 0x2029;
}

}  // namespace

std::vector<Value> split_words(std::string_view text, std::int64_t most) {
  std::vector<Value> words;
  for (remove_leading_space(text); !text.empty() && most != 0; --most) {
    words.emplace_back(take_word(text));
    remove_leading_space(text);
  }
  if (!text.empty()) words.emplace_back(text);
  return words;
}

std::vector<Value> split_words_last(std::string_view text, std::int64_t most) {
  std::vector<Value> words;
  for (remove_trailing_space(text); !text.empty() && most != 0; --most) {
    words.emplace_back(take_last_word(text));
    remove_trailing_space(text);
  }
  if (!text.empty()) words.emplace_back(text);
  std::reverse(words.begin(), words.end());
  return words;
}

std::vector<Value> split_by(std::string_view text, std::string_view separator, std::int64_t most) {
  demand_separator(separator);
  const TextFinder finder(separator);
  std::vector<Value> parts;
  std::size_t begin = 0;
  for (; most != 0; --most) {
    const std::size_t at = finder.find(text, begin);
    if (at == TextFinder::npos) break;
    parts.emplace_back(text.substr(begin, at - begin));
    begin = at + separator.size();
  }
  parts.emplace_back(text.substr(begin));
  return parts;
}

std::vector<Value> split_by_last(std::string_view text, std::string_view separator,
                                 std::int64_t most) {
  demand_separator(separator);
  const TextFinder finder(separator);
  std::vector<Value> parts;
  for (; most != 0; --most) {
    const std::size_t at = finder.find_last(text);
    if (at == TextFinder::npos) break;
    parts.emplace_back(text.substr(at + separator.size()));
    text = text.substr(0, at);
  }
  parts.emplace_back(text);
  std::reverse(parts.begin(), parts.end());
  return parts;
}

std::vector<std::string_view> split_lines(std::string_view text, bool keep_ends) {
  std::vector<std::string_view> lines;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view point = first_code_point(text.substr(at));
    if (!breaks_line(point)) {
      at += point.size();
      continue;
    }
    const std::size_t end = text.substr(at).starts_with("\r\n") ? at + 2 : at + point.size();
    lines.push_back(text.substr(begin, (keep_ends ? end : at) - begin));
    begin = at = end;
  }
  if (begin < text.size()) lines.push_back(text.substr(begin));
  return lines;
}

}  // namespace pgjinja::jinja
