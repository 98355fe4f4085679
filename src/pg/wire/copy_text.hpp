#pragma once

#include <pgjinja/pg/byte_buffer.hpp>

#include <string>
#include <string_view>

namespace pgjinja::pg::wire {

// Fields in COPY's text format (manual, COPY, "Text Format"): a tab parts them, a line break ends
// the row, and what would be read as one of these is written with a backslash.

/// Appends a field, escaped.
void append_escaped(ByteBuffer& out, std::string_view field);

/// Appends what an escaped field means.
void append_unescaped(std::string& out, std::string_view field);

}  // namespace pgjinja::pg::wire
