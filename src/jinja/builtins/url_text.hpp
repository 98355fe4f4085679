#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pgjinja::jinja {

enum class UrlPart : std::uint8_t {
  Path,  ///< a slash stays
  Query  ///< nothing of the kind does, and a space becomes a plus
};

/// The bytes of `text` as a part of a URL has them: all but letters, digits and `_.-~` with a
/// percent sign and two digits.
std::string percent_encoded(std::string_view text, UrlPart part);

}  // namespace pgjinja::jinja
