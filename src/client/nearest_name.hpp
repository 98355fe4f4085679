#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pgjinja {

/// The one of `candidates` that `name` was probably meant to be, misspelt or abbreviated; empty
/// when none is close.
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace pgjinja
