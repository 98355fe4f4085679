#pragma once

#include <pgjinja/core/value.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

// How Python's str methods cut a text; negative numbers of cuts are none too many.

/// The words between runs of white space; after `most` cuts the rest stays in one piece.
std::vector<Value> split_words(std::string_view text, std::int64_t most = -1);
/// The same, cutting from the end.
std::vector<Value> split_words_last(std::string_view text, std::int64_t most);
/// The parts between separators. @throws Error{Runtime} for an empty separator
std::vector<Value> split_by(std::string_view text, std::string_view separator,
                            std::int64_t most = -1);
std::vector<Value> split_by_last(std::string_view text, std::string_view separator,
                                 std::int64_t most);
/// The lines, cut where Unicode has it; with what ends them, if `keep_ends`.
std::vector<std::string_view> split_lines(std::string_view text, bool keep_ends = false);

}  // namespace pgjinja::jinja
