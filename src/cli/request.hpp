#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pgjinja::cli {

enum class Command : std::uint8_t { Render, Query, Templates, Validate, Shapes };

/// How a command shows its result.
enum class OutputFormat : std::uint8_t { Readable, Json, Csv, Text, Sarif };

/// What the command line asks for, not yet checked against files or the environment.
struct Request {
  Command command = Command::Render;
  OutputFormat format = OutputFormat::Readable;
  /// The template; for validate any number of them, none meaning all.
  std::vector<std::string> names;
  std::optional<std::string> source;       ///< a template's text, or "@FILE", instead of a name
  std::optional<std::string> environment;  ///< JSON for render, or "@FILE"
  std::vector<std::string> params;
  std::vector<std::string> assignments;
  std::vector<std::string> templates;  ///< directories
  std::string config;                  ///< a configuration file; empty: look for one
  std::string dsn;
  bool embedded = false;
  std::vector<std::string> scripts;
  bool strict = false;  ///< validate: warnings count as errors
  std::size_t most_shapes = 1'000;
};

}  // namespace pgjinja::cli
