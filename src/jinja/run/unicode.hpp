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

/// The first code point of a text that is not empty, and the number of one given as its bytes.
std::string_view first_code_point(std::string_view text) noexcept;
std::uint32_t code_point(std::string_view bytes) noexcept;
/// Python's str.isprintable for one code point. Code points that Unicode has not assigned yet count
/// as printable.
bool is_printable(std::uint32_t code_point) noexcept;

/// Simple case mapping of ASCII, Latin-1, Latin Extended-A, Greek and Cyrillic letters; what has no
/// one-to-one mapping stays as it is.
std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);

/// Python's str.isspace for one code point (given as its bytes).
bool is_space(std::string_view code_point) noexcept;
/// Without white space at its ends.
std::string_view strip(std::string_view text) noexcept;

}  // namespace pgjinja::jinja
