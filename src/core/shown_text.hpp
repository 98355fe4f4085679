#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pgjinja {

// Text that came in from outside (names, values, files, what others' code says), as a message may
// show it: nothing in it moves a terminal's cursor, breaks the line, or turns its direction.

/// How many bytes the code point takes that `text` begins with, if a message may show it as it is.
/// 0 for controls, for what has no width or turns the direction of writing, and for a byte that is
/// not UTF-8.
std::size_t printable_length(std::string_view text) noexcept;

/// All of it, with \n, \r, \t and \x1b for what is not printable. Applied twice, it is as once.
std::string printable(std::string_view text);

/// A value: in single quotes, with a backslash before these and itself, and not too long.
std::string shown_text(std::string_view text);

}  // namespace pgjinja
