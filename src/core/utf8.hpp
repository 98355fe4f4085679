#pragma once

#include <cstddef>
#include <string_view>

namespace pgjinja {

/// The offset of the first byte that is not part of well-formed UTF-8 (RFC 3629: no surrogates, no
/// overlong forms, nothing above U+10FFFF), or npos. PostgreSQL refuses exactly these too.
std::size_t find_invalid_utf8(std::string_view text) noexcept;
/// How many bytes the code point takes that `text` begins with; 0 if that is not well formed, or
/// there is none.
std::size_t code_point_length(std::string_view text) noexcept;

}  // namespace pgjinja
