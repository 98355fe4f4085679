#pragma once

#include <optional>
#include <string>

namespace pgjinja::jinja {

/// Tells the versions of a file apart: its path, inode, size and times. nullopt when it is gone.
std::optional<std::string> file_token(const std::string& path);

}  // namespace pgjinja::jinja
