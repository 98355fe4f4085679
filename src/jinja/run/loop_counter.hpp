#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pgjinja::jinja {

/// The attributes of `loop` that are plain numbers and flags.
enum class LoopCounter : std::uint8_t {
  Index,
  Index0,
  First,
  Last,
  Length,
  RevIndex,
  RevIndex0,
  Depth,
  Depth0
};

/// Their names in templates, in the same order.
inline constexpr std::array<std::string_view, 9> kLoopCounters = {
    "index", "index0", "first", "last", "length", "revindex", "revindex0", "depth", "depth0"};

constexpr std::optional<LoopCounter> loop_counter(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kLoopCounters.size(); ++i) {
    if (kLoopCounters[i] == name) return static_cast<LoopCounter>(i);
  }
  return std::nullopt;
}

}  // namespace pgjinja::jinja
