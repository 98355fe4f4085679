#include "jinja/run/unicode.hpp"

#include <iterator>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

std::size_t point_length(std::string_view rest) noexcept {
  const auto lead = static_cast<unsigned char>(rest[0]);
  const std::size_t wanted = lead < 0x80   ? 1
                             : lead < 0xC2 ? 1
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 1;
  if (wanted > rest.size()) return 1;
  for (std::size_t i = 1; i < wanted; ++i) {
    if ((static_cast<unsigned char>(rest[i]) & 0xC0U) != 0x80U) return 1;
  }
  return wanted;
}

std::uint32_t decode(std::string_view point) noexcept {
  const auto byte = [&point](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(point[i]));
  };
  switch (point.size()) {
    case 2: return (byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU);
    case 3: return (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    case 4:
      return (byte(0) & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U | (byte(2) & 0x3FU) << 6U |
             (byte(3) & 0x3FU);
    default: return byte(0);
  }
}

}  // namespace

std::string_view first_code_point(std::string_view text) noexcept {
  return text.substr(0, point_length(text));
}
std::string_view last_code_point(std::string_view text) noexcept {
  const std::size_t longest = text.size() < 4 ? text.size() : 4;
  for (std::size_t n = 2; n <= longest; ++n) {
    const std::string_view end = text.substr(text.size() - n);
    if (point_length(end) == n) return end;
  }
  return text.substr(text.size() - 1);
}
std::uint32_t code_point(std::string_view bytes) noexcept {
  const bool bad = bytes.size() == 1 && static_cast<unsigned char>(bytes[0]) >= 0x80;
  return bad ? kNoCodePoint : decode(bytes);
}

std::vector<std::string_view> code_points(std::string_view text) {
  std::vector<std::string_view> out;
  out.reserve(text.size());
  while (!text.empty()) {
    out.push_back(text.substr(0, point_length(text)));
    text.remove_prefix(out.back().size());
  }
  return out;
}

std::size_t count_code_points(std::string_view text) noexcept {
  std::size_t count = 0;
  while (!text.empty()) {
    text.remove_prefix(point_length(text));
    ++count;
  }
  return count;
}

bool is_space(std::string_view point) noexcept {
  const std::uint32_t c = decode(point);
  if (point.size() == 1) return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x1F);
  return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

std::string_view strip(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t n = point_length(text);
    if (!is_space(text.substr(0, n))) break;
    text.remove_prefix(n);
  }
  while (!text.empty()) {
    const std::string_view last = last_code_point(text);
    if (!is_space(last)) break;
    text.remove_suffix(last.size());
  }
  return text;
}

void append_code_escape(std::uint32_t code, std::string& out) {
  if (code <= 0xFF) {
    fmt::format_to(std::back_inserter(out), "\\x{:02x}", code);
  } else if (code <= 0xFFFF) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
  } else {
    fmt::format_to(std::back_inserter(out), "\\U{:08x}", code);
  }
}

}  // namespace pgjinja::jinja
