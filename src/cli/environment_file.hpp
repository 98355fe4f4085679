#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/environment.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace pgjinja::cli {

/// What `render --env` says of the environment, in Jinja2's words:
///
///     {"trim_blocks": true, "undefined": "strict", "extensions": ["do"],
///      "templates": {"main": "…"}, "globals": {"site": "…"}}
struct EnvironmentFile {
  jinja::Options options;
  /// None when the file does not say: text and SQL have defaults of their own.
  std::optional<jinja::UndefinedPolicy> undefined;
  std::optional<std::map<std::string, std::string>> templates;
  Map globals;
};

/// Reads a JSON object given on the command line, or the file in "@FILE". Without "extensions" both
/// `do` and `loopcontrols` are on; with it those that it lists.
/// @throws Error{Config} for what cannot be read or is no JSON object, a key that it does not know,
///         a value of the wrong kind, an unknown extension or undefined kind, and for autoescape.
EnvironmentFile read_environment(const std::string& argument);

}  // namespace pgjinja::cli
