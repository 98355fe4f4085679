#include "core/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace pgjinja {

namespace {

std::size_t length_at(const unsigned char* p, std::size_t left) noexcept {
  const auto continues = [&](std::size_t i, unsigned from = 0x80U, unsigned to = 0xBFU) {
    return i < left && p[i] >= from && p[i] <= to;
  };
  const unsigned lead = p[0];
  if (lead < 0x80U) return 1;
  if (lead >= 0xC2U && lead <= 0xDFU) return continues(1) ? 2 : 0;
  if (lead >= 0xE0U && lead <= 0xEFU) {
    const unsigned from = lead == 0xE0U ? 0xA0U : 0x80U;
    const unsigned to = lead == 0xEDU ? 0x9FU : 0xBFU;
    return continues(1, from, to) && continues(2) ? 3 : 0;
  }
  if (lead >= 0xF0U && lead <= 0xF4U) {
    const unsigned from = lead == 0xF0U ? 0x90U : 0x80U;
    const unsigned to = lead == 0xF4U ? 0x8FU : 0xBFU;
    return continues(1, from, to) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::size_t code_point_length(std::string_view text) noexcept {
  return text.empty() ? 0
                      : length_at(reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

std::size_t find_invalid_utf8(std::string_view text) noexcept {
  std::size_t i = 0;
  while (i < text.size()) {
    std::uint64_t word = 0;
    if (text.size() - i >= sizeof word) {
      std::memcpy(&word, text.data() + i, sizeof word);
      if ((word & 0x8080808080808080ULL) == 0) {  // eight ASCII characters
        i += sizeof word;
        continue;
      }
    }
    const auto* p = reinterpret_cast<const unsigned char*>(text.data()) + i;
    const std::size_t length = length_at(p, text.size() - i);
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

}  // namespace pgjinja
