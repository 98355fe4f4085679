#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pgjinja::jinja {

struct WrapOptions {
  std::int64_t width = 79;
  bool break_long_words = true;
  bool part_at_hyphens = true;        ///< words may be parted behind a hyphen
  bool break_long_at_hyphens = true;  ///< so is a word that is too long for a line
};

/// Each line of `text` wrapped as Python's textwrap does, with `between` between all of them.
/// @throws Error{Runtime} for a width below 1, Error{Limit}
std::string word_wrap(std::string_view text, const WrapOptions& options, std::string_view between);

}  // namespace pgjinja::jinja
