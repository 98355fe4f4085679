#include "jinja/run/text_operations.hpp"

#include "jinja/run/demands.hpp"
#include "jinja/run/text_finder.hpp"
#include "jinja/run/unicode.hpp"

#include <algorithm>

namespace pgjinja::jinja {

namespace {

/// Python puts `to` before each code point and behind the last.
std::string spread(std::string_view text, std::string_view to, std::int64_t most) {
  std::string out;
  std::int64_t done = 0;
  const auto insert = [&] {
    if (most >= 0 && done >= most) return;
    ++done;
    out += to;
    check_result_size(out.size());
  };
  insert();
  while (!text.empty()) {
    const std::string_view point = first_code_point(text);
    out += point;
    text.remove_prefix(point.size());
    insert();
  }
  return out;
}

}  // namespace

std::string_view strip_of(std::string_view text, std::string_view set, bool left, bool right) {
  std::vector<std::string_view> stripped = code_points(set);
  std::sort(stripped.begin(), stripped.end());
  const auto in_set = [&stripped](std::string_view point) {
    return std::binary_search(stripped.begin(), stripped.end(), point);
  };
  while (left && !text.empty()) {
    const std::string_view point = first_code_point(text);
    if (!in_set(point)) break;
    text.remove_prefix(point.size());
  }
  while (right && !text.empty()) {
    const std::string_view point = last_code_point(text);
    if (!in_set(point)) break;
    text.remove_suffix(point.size());
  }
  return text;
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to,
                     std::int64_t most) {
  if (from.empty()) return spread(text, to, most);
  std::string out;
  const TextFinder finder(from);
  std::size_t copied = 0;
  for (std::int64_t done = 0; most < 0 || done < most; ++done) {
    const std::size_t at = finder.find(text, copied);
    if (at == TextFinder::npos) break;
    out += text.substr(copied, at - copied);
    out += to;
    check_result_size(out.size());
    copied = at + from.size();
  }
  return out += text.substr(copied);
}

std::int64_t count_of(std::string_view text, std::string_view part) {
  if (part.empty()) return static_cast<std::int64_t>(count_code_points(text)) + 1;
  const TextFinder finder(part);
  std::int64_t count = 0;
  for (std::size_t at = finder.find(text); at != TextFinder::npos;
       at = finder.find(text, at + part.size())) {
    ++count;
  }
  return count;
}

void append_repeated(std::string& out, std::string_view text, std::int64_t times) {
  if (times <= 0 || text.empty()) return;
  std::uint64_t added = 0;
  const bool huge = __builtin_mul_overflow(static_cast<std::uint64_t>(times), text.size(), &added);
  check_result_size(huge ? UINT64_MAX : added);
  check_result_size(out.size() + added);
  if (text.size() == 1) {
    out.append(added, text[0]);
    return;
  }
  out.reserve(out.size() + added);
  for (std::int64_t i = 0; i < times; ++i) out += text;
}

std::string padded(std::string_view text, std::int64_t width, std::string_view fill, Place place) {
  const auto size = static_cast<std::int64_t>(count_code_points(text));
  const std::int64_t missing = width > size ? width - size : 0;
  std::int64_t before = 0;
  if (place == Place::Right) before = missing;
  // Python's center() puts the odd one to the left only if the width is odd, too.
  if (place == Place::Center) before = missing / 2 + (missing & width & 1);
  std::string out;
  append_repeated(out, fill, before);
  out += text;
  append_repeated(out, fill, missing - before);
  return out;
}

std::string_view points_between(std::string_view text, std::int64_t begin, std::int64_t end) {
  if (begin < 0 || end < 0) {
    const auto size = static_cast<std::int64_t>(count_code_points(text));
    if (begin < 0) begin = std::max<std::int64_t>(0, begin + size);
    if (end < 0) end = std::max<std::int64_t>(0, end + size);
  }
  std::int64_t at = 0;
  for (; at < begin && !text.empty(); ++at) text.remove_prefix(first_code_point(text).size());
  std::string_view rest = text;
  for (; at < end && !rest.empty(); ++at) rest.remove_prefix(first_code_point(rest).size());
  return text.substr(0, end <= begin ? 0 : text.size() - rest.size());
}

}  // namespace pgjinja::jinja
