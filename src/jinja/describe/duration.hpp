#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace pgjinja::jinja {

/// "500ms", "2s", "1min" with white space before the unit or not; nullopt for anything else, zero
/// and more than a day among them.
std::optional<std::chrono::milliseconds> read_duration(std::string_view text);

}  // namespace pgjinja::jinja
