#include "sql/shown_text.hpp"

#include "sql/mark.hpp"

#include <cstddef>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

constexpr std::size_t kLongest = 40;  // bytes

bool is_inside_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// C1 controls, zero-width characters, line separators, and what turns the direction of writing.
bool is_unseen(std::string_view point) {
  const auto last = static_cast<unsigned char>(point.back());
  if (point.starts_with("\xC2")) return last < 0xA0;
  if (point.starts_with("\xE2\x80")) {
    return (last >= 0x8B && last <= 0x8F) || (last >= 0xA8 && last <= 0xAE);
  }
  return point.starts_with("\xE2\x81") && last >= 0xA0 && last <= 0xAF;
}

/// How long the code point that `text` begins with is; 1 for a byte that is no part of one.
std::size_t point_length(std::string_view text, bool utf8) {
  std::size_t length = 1;
  while (utf8 && length < text.size() && is_inside_code_point(text[length])) ++length;
  return length;
}

void append_point(std::string& out, std::string_view point, bool utf8) {
  const auto byte = static_cast<unsigned char>(point[0]);
  const bool plain = byte < 0x80 ? byte >= 0x20 && byte != 0x7F : utf8 && !is_unseen(point);
  if (byte == '\'' || byte == '\\') out += '\\';
  if (plain) {
    out += point;
    return;
  }
  for (const char c : point) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
}

}  // namespace

std::string shown_text(std::string_view text) {
  const bool utf8 = is_server_text(text);
  std::string out = "'";
  for (std::size_t at = 0; at < text.size();) {
    if (at >= kLongest) return out + "…'";
    const std::size_t length = point_length(text.substr(at), utf8);
    append_point(out, text.substr(at, length), utf8);
    at += length;
  }
  return out + "'";
}

}  // namespace pgjinja::sql
