#pragma once

#include <string>
#include <string_view>

namespace pgjinja::sql {

/// A text that came in from outside, as a message may show it: in single quotes and not too long,
/// with nothing in it that moves a terminal's cursor, breaks the line or turns its direction.
std::string shown_text(std::string_view text);

}  // namespace pgjinja::sql
