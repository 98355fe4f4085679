#pragma once

#include <cstdint>
#include <string_view>

namespace pgjinja::sql {

/// A summary of a constant text that lets the binder pass over it without scanning it; made to be
/// given as jinja::Options::annotate. It changes how fast a statement is bound, never what it is.
/// Never 0 for a text that is not empty; 0 (in TextConstant::note) says that there is none.
std::uint64_t annotate(std::string_view text);

}  // namespace pgjinja::sql
