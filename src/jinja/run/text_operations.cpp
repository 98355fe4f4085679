#include "jinja/run/text_operations.hpp"

#include "jinja/run/operators.hpp"
#include "jinja/run/unicode.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>

namespace pgjinja::jinja {

std::string_view strip_of(std::string_view text, std::string_view set, bool left, bool right) {
  const std::vector<std::string_view> stripped = code_points(set);
  const std::vector<std::string_view> points = code_points(text);
  const auto in_set = [&stripped](std::string_view point) {
    return std::find(stripped.begin(), stripped.end(), point) != stripped.end();
  };
  std::size_t begin = 0;
  std::size_t end = points.size();
  while (left && begin < end && in_set(points[begin])) ++begin;
  while (right && end > begin && in_set(points[end - 1])) --end;
  if (begin == end) return {};
  const std::string_view last = points[end - 1];
  return {points[begin].data(),
          static_cast<std::size_t>(last.data() + last.size() - points[begin].data())};
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to,
                     std::int64_t most) {
  std::string out;
  if (from.empty()) {  // Python puts `to` before each code point and behind the last
    std::int64_t done = 0;
    const auto insert = [&] {
      if (most >= 0 && done >= most) return;
      ++done;
      out += to;
      check_result_size(out.size());
    };
    insert();
    for (const std::string_view point : code_points(text)) {
      out += point;
      insert();
    }
    return out;
  }
  for (std::int64_t done = 0; most < 0 || done < most; ++done) {
    const std::size_t at = text.find(from);
    if (at == std::string_view::npos) break;
    out += text.substr(0, at);
    out += to;
    check_result_size(out.size());
    text.remove_prefix(at + from.size());
  }
  return out += text;
}

std::vector<Value> split_words(std::string_view text) {
  std::vector<Value> words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.emplace_back(word);
    word.clear();
  };
  for (const std::string_view point : code_points(text)) {
    if (is_space(point)) {
      end_word();
    } else {
      word += point;
    }
  }
  end_word();
  return words;
}

std::vector<Value> split_by(std::string_view text, std::string_view separator) {
  if (separator.empty()) throw Error(ErrorKind::Runtime, "the separator is empty");
  std::vector<Value> parts;
  for (std::size_t at = 0; (at = text.find(separator)) != std::string_view::npos;) {
    parts.emplace_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  parts.emplace_back(text);
  return parts;
}

}  // namespace pgjinja::jinja
