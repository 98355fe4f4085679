#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pgjinja {

/// RFC 4648, section 4: the standard alphabet, padded.
std::string to_base64(std::string_view bytes);

/// The bytes, or nullopt for a text that is no padded base64 (line breaks are none either).
std::optional<std::string> from_base64(std::string_view text);

/// RFC 4648, section 5: letters that a URL and a file's name take as they are, not padded.
std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace pgjinja
