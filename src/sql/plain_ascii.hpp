#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace pgjinja::sql {

/// Eight bytes at once: none is zero, none is beyond ASCII.
inline bool is_plain_word(const char* bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  constexpr std::uint64_t kHigh = 0x8080808080808080U;
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  return (word & kHigh) == 0 && ((word - kOnes) & kHigh) == 0;
}

/// ASCII without a NUL? The last eight bytes may overlap those in front of them.
inline bool is_plain_ascii(std::string_view text) noexcept {
  const std::size_t size = text.size();
  if (size < 8) {
    for (const char c : text) {
      if (static_cast<unsigned char>(c - 1) >= 0x7F) return false;
    }
    return true;
  }
  for (std::size_t i = 0; i + 8 <= size; i += 8) {
    if (!is_plain_word(text.data() + i)) return false;
  }
  return is_plain_word(text.data() + size - 8);
}

}  // namespace pgjinja::sql
