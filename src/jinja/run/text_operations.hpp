#pragma once

#include <pgjinja/core/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

// What methods and filters of texts share; each as Python's str method of that name.

/// Without the code points of `set` at the wanted ends.
std::string_view strip_of(std::string_view text, std::string_view set, bool left, bool right);
/// `most` replacements from the left; all if it is negative. @throws Error{Limit}
std::string replaced(std::string_view text, std::string_view from, std::string_view to,
                     std::int64_t most);
/// The words between runs of white space.
std::vector<Value> split_words(std::string_view text);
/// @throws Error{Runtime} for an empty separator
std::vector<Value> split_by(std::string_view text, std::string_view separator);

}  // namespace pgjinja::jinja
