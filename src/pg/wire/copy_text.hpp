#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pgjinja::pg::wire {

// Fields in COPY's text format (manual, COPY, "Text Format"): a tab parts them, a line break ends
// the row, and what would be read as one of these is written with a backslash.

/// Escapes what stands in `out` from `begin` on.
void escape_copy_text(std::string& out, std::size_t begin);

/// Appends what an escaped field means.
void append_unescaped(std::string& out, std::string_view field);

}  // namespace pgjinja::pg::wire
