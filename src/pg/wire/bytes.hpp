#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pgjinja::pg::wire {

// The protocol's integers are in network byte order (manual 55.6). Compilers make one instruction
// of each of these.
inline std::uint16_t load16(const char* p) noexcept {
  const auto* b = reinterpret_cast<const unsigned char*>(p);
  return static_cast<std::uint16_t>((b[0] << 8U) | b[1]);
}
inline std::uint32_t load32(const char* p) noexcept {
  const auto* b = reinterpret_cast<const unsigned char*>(p);
  return (std::uint32_t{b[0]} << 24U) | (std::uint32_t{b[1]} << 16U) | (std::uint32_t{b[2]} << 8U) |
         std::uint32_t{b[3]};
}
inline void store16(char* p, std::uint16_t value) noexcept {
  p[0] = static_cast<char>(value >> 8U);
  p[1] = static_cast<char>(value & 0xFFU);
}
inline void store32(char* p, std::uint32_t value) noexcept {
  store16(p, static_cast<std::uint16_t>(value >> 16U));
  store16(p + 2, static_cast<std::uint16_t>(value & 0xFFFFU));
}
inline void append16(std::string& out, std::uint16_t value) {
  char bytes[2];
  store16(bytes, value);
  out.append(bytes, sizeof bytes);
}
inline void append32(std::string& out, std::uint32_t value) {
  char bytes[4];
  store32(bytes, value);
  out.append(bytes, sizeof bytes);
}

/// Reads one message body from front to back; every step is checked.
/// @throws Error{Protocol} naming the message when the body is too short or not used up.
class Cursor {
 public:
  Cursor(std::string_view message, std::string_view body) : message_(message), rest_(body) {}

  char byte() { return take(1)[0]; }
  std::uint16_t int16() { return load16(take(2).data()); }
  std::uint32_t int32() { return load32(take(4).data()); }
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) fail("is cut short");
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  /// A NUL-terminated text, without its NUL.
  std::string_view text();
  void expect_end() const {
    if (!rest_.empty()) fail("has bytes behind its end");
  }
  [[noreturn]] void fail(std::string_view what) const;

 private:
  std::string_view message_;
  std::string_view rest_;
};

}  // namespace pgjinja::pg::wire
