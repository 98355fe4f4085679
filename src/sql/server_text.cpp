#include "sql/mark.hpp"

#include <cstdint>
#include <cstring>

namespace pgjinja::sql {

namespace {

/// Eight bytes at once: none is zero, none is beyond ASCII.
bool plain_word(const char* bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  constexpr std::uint64_t kHigh = 0x8080808080808080U;
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  return (word & kHigh) == 0 && ((word - kOnes) & kHigh) == 0;
}

/// ASCII without a NUL? The last eight bytes may overlap those in front of them.
bool is_plain(std::string_view text) noexcept {
  const std::size_t size = text.size();
  if (size < 8) {
    for (const char c : text) {
      if (static_cast<unsigned char>(c - 1) >= 0x7F) return false;
    }
    return true;
  }
  for (std::size_t i = 0; i + 8 <= size; i += 8) {
    if (!plain_word(text.data() + i)) return false;
  }
  return plain_word(text.data() + size - 8);
}

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
  if (is_plain(text)) return true;
  while (!text.empty()) {
    if (text.size() >= 8 && plain_word(text.data())) {
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
