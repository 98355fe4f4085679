#include "sql/mark.hpp"
#include "sql/plain_ascii.hpp"

#include <cstddef>

namespace pgjinja::sql {

namespace {

/// The length of the code point that begins with `lead`, and the bounds of its second byte, which
/// keep out overlong forms, surrogates and what is beyond U+10FFFF. 0 for a byte that begins none
/// (ASCII, NUL included, is not asked for).
struct Sequence {
  std::size_t length = 0;
  unsigned char lowest = 0x80;
  unsigned char highest = 0xBF;
};

Sequence sequence_of(unsigned char lead) noexcept {
  if (lead >= 0xC2 && lead <= 0xDF) return {2};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return {3};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead >= 0xF1 && lead <= 0xF3) return {4};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {};
}

bool starts_with_code_point(std::string_view text, std::size_t& length) noexcept {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const Sequence sequence = sequence_of(byte(0));
  length = sequence.length;
  if (length == 0 || length > text.size()) return false;
  if (byte(1) < sequence.lowest || byte(1) > sequence.highest) return false;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return false;
  }
  return true;
}

}  // namespace

bool is_server_text(std::string_view text) noexcept {
  if (is_plain_ascii(text)) return true;
  while (!text.empty()) {
    if (text.size() >= 8 && is_plain_word(text.data())) {
      text.remove_prefix(8);
      continue;
    }
    if (static_cast<unsigned char>(text[0] - 1) < 0x7F) {
      text.remove_prefix(1);
      continue;
    }
    std::size_t length = 0;
    if (!starts_with_code_point(text, length)) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace pgjinja::sql
