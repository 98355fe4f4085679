#include "core/shown_text.hpp"

#include "core/utf8.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace pgjinja {

namespace {

constexpr std::size_t kLongest = 40;  // bytes of a value

struct Range {
  char32_t first;
  char32_t last;
};

constexpr Range kUnseen[] = {
    {0x0000, 0x001F},    // C0
    {0x007F, 0x009F},    // DEL and C1, which terminals obey as well
    {0x00AD, 0x00AD},    // soft hyphen
    {0x061C, 0x061C},    // Arabic letter mark
    {0x180E, 0x180E},    // Mongolian vowel separator
    {0x200B, 0x200F},    // zero width, and marks of direction
    {0x2028, 0x202E},    // line and paragraph separators, embeddings and overrides of direction
    {0x2060, 0x206F},    // word joiner, isolates
    {0xFEFF, 0xFEFF},    // byte order mark
    {0xFFF9, 0xFFFB},    // annotations
    {0xE0000, 0xE007F},  // tags
};

/// Of the code point that `text` begins with, which is `length` bytes and well formed.
char32_t decode(std::string_view text, std::size_t length) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (length == 1) return byte(0);
  char32_t code = byte(0) & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) code = code << 6U | (byte(i) & 0x3FU);
  return code;
}

void append_escape(std::string& out, char c) {
  switch (c) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
  }
}

/// Appends what `text` begins with and takes it from there.
void move_shown(std::string& out, std::string_view& text) {
  const std::size_t length = printable_length(text);
  if (length == 0) append_escape(out, text[0]);
  out += text.substr(0, length);
  text.remove_prefix(std::max<std::size_t>(length, 1));
}

}  // namespace

std::size_t printable_length(std::string_view text) noexcept {
  const std::size_t length = code_point_length(text);
  if (length == 0) return 0;
  const char32_t code = decode(text, length);
  const bool unseen =
      std::any_of(std::begin(kUnseen), std::end(kUnseen),
                  [code](const Range& each) { return code >= each.first && code <= each.last; });
  return unseen ? 0 : length;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) move_shown(out, text);
  return out;
}

std::string shown_text(std::string_view text) {
  std::string out = "'";
  const std::size_t size = text.size();
  while (!text.empty()) {
    if (size - text.size() >= kLongest) return out + "…'";
    if (text[0] == '\'' || text[0] == '\\') out += '\\';
    move_shown(out, text);
  }
  return out + "'";
}

}  // namespace pgjinja
