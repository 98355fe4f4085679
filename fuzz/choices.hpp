#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pgjinja::fuzz {

/// The fuzzer's bytes, taken one by one to decide things. When they have run out every choice is
/// the first one, so that what is built from them comes to an end.
class Choices {
 public:
  Choices(const std::uint8_t* data, std::size_t size)
      : bytes_(reinterpret_cast<const char*>(data), size) {}

  [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }
  std::uint8_t byte() noexcept {
    if (bytes_.empty()) return 0;
    const auto first = static_cast<std::uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return first;
  }
  /// 0 … count - 1; one byte, so that `count` is at most 256.
  std::size_t below(std::size_t count) noexcept { return byte() % count; }
  bool flip() noexcept { return byte() % 2 != 0; }
  template <class Array>
  const auto& of(const Array& all) noexcept {
    return all[below(std::size(all))];
  }
  std::string_view bytes(std::size_t count) noexcept {
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view rest() noexcept { return bytes(bytes_.size()); }

 private:
  std::string_view bytes_;
};

}  // namespace pgjinja::fuzz
