#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// The one of `known` that `name` was probably meant to be, or an empty string: at most a third of
/// its letters differ (Damerau-Levenshtein distance).
std::string nearest(std::string_view name, const std::vector<std::string>& known);

}  // namespace pgjinja::jinja
