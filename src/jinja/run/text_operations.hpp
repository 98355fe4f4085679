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
/// How often `part` occurs in `text` without overlapping.
std::int64_t count_of(std::string_view text, std::string_view part);

/// `text` with `fill` on its left and right, so that it is `width` code points wide.
/// @throws Error{Limit}
enum class Place : std::uint8_t { Left, Center, Right };
std::string padded(std::string_view text, std::int64_t width, std::string_view fill, Place place);

/// Appends `text` `times` times. @throws Error{Limit}
void append_repeated(std::string& out, std::string_view text, std::int64_t times);

/// The code points from `begin` up to `end`, which count from the end when they are negative and
/// are cut to what there is.
std::string_view points_between(std::string_view text, std::int64_t begin, std::int64_t end);

}  // namespace pgjinja::jinja
