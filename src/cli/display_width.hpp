#pragma once

#include <cstddef>
#include <string_view>

namespace pgjinja::cli {

/// How many columns of a terminal a UTF-8 text without control characters takes: two for East
/// Asian wide characters and emoji, none for combining marks (Unicode annex 11).
std::size_t display_width(std::string_view text) noexcept;

}  // namespace pgjinja::cli
