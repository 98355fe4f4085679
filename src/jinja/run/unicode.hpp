#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// Each code point of `text` as a view; a byte that is no UTF-8 stands for itself.
std::vector<std::string_view> code_points(std::string_view text);
std::size_t count_code_points(std::string_view text) noexcept;

/// What code_point() says of a byte that is no UTF-8.
inline constexpr std::uint32_t kNoCodePoint = 0xFFFFFFFF;

/// The first and the last code point of a text that is not empty.
std::string_view first_code_point(std::string_view text) noexcept;
std::string_view last_code_point(std::string_view text) noexcept;
/// The number of one code point that is given as its bytes.
std::uint32_t code_point(std::string_view bytes) noexcept;

/// Appends the code point as Python escapes it: `\xe9`, `\u20ac` or `\U0001f600`.
void append_code_escape(std::uint32_t code, std::string& out);

/// Python's str.isspace for one code point (given as its bytes).
bool is_space(std::string_view code_point) noexcept;
/// Without white space at its ends.
std::string_view strip(std::string_view text) noexcept;

}  // namespace pgjinja::jinja
