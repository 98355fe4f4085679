#pragma once

#include <string_view>

namespace pgjinja::pg::wire {

/// The text from its first keyword on: behind white space, comments and empty statements.
std::string_view from_first_word(std::string_view sql) noexcept;

/// Does the text begin with these letters, in upper or lower case?
bool starts_with_keyword(std::string_view text, std::string_view lower) noexcept;

/// Cuts the next word off the text, up to its end when there is no more; empty then. Words are what
/// keywords and names look like; all else is passed over.
std::string_view next_word(std::string_view& text) noexcept;

/// Are they the same, but for upper and lower case?
bool is_keyword(std::string_view word, std::string_view lower) noexcept;

}  // namespace pgjinja::pg::wire
