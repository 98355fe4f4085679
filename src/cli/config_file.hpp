#pragma once

#include <pgjinja/jinja/environment.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace pgjinja::cli {

/// What a `pgjinja.toml` says. All keys are optional:
///
///     templates = ["queries"]        # directories, relative to this file
///     dsn = "postgresql:///shop"     # how to reach the server
///     allow_raw = false              # refuse the raw filter
///     [limits]
///     instructions = 1000000         # and output_bytes, call_depth, nesting, range_items,
///                                    # template_bytes: see jinja::Limits
struct ConfigFile {
  std::vector<std::filesystem::path> templates;
  std::optional<std::string> dsn;
  bool allow_raw = true;
  jinja::Limits limits;
};

/// Reads `text`, the contents of the file `path`.
/// @throws Error{Config} with file:line:column for TOML that is malformed, a key that pgjinja does
///         not know, and a value of the wrong type.
ConfigFile parse_config(const std::string& text, const std::filesystem::path& path);

/// The nearest pgjinja.toml: in the current directory, or in one above it. The path is relative
/// to the current directory: "pgjinja.toml", "../pgjinja.toml".
std::optional<std::filesystem::path> find_config();

}  // namespace pgjinja::cli
