#pragma once

#include "pg/wire/bytes.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/types.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace pgjinja::pg {

inline std::uint64_t load64(const char* p) noexcept {
  return std::uint64_t{wire::load32(p)} << 32U | wire::load32(p + 4);
}
inline void append64(std::string& out, std::uint64_t value) {
  wire::append32(out, static_cast<std::uint32_t>(value >> 32U));
  wire::append32(out, static_cast<std::uint32_t>(value));
}

/// Bytes that no server sends for this type.
Error malformed(std::string_view type, Field field);
/// A value that the member's type cannot hold.
Error does_not_fit(std::string_view what, std::string_view target);

/// Out of the way of what is inlined into each decoder.
[[noreturn]] void throw_malformed(std::string_view type, Field field);

inline void expect_size(Field field, std::size_t size, std::string_view type) {
  if (field.size != size) throw_malformed(type, field);
}

inline std::int64_t load_int64(Field field, std::string_view type) {
  expect_size(field, 8, type);
  return static_cast<std::int64_t>(load64(field.data));
}

}  // namespace pgjinja::pg
