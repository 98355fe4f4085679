#pragma once

#include "cli/request.hpp"

#include <pgjinja/jinja/environment.hpp>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace pgjinja::cli {

/// What counts in the end: flags go before the environment, this before `pgjinja.toml`.
struct Settings {
  std::vector<std::filesystem::path> templates;
  std::string dsn;  ///< empty: the PG* variables, by libpq's rules
  bool allow_raw = true;
  jinja::Limits limits;
};

/// The value of an environment variable; an empty one counts as not set.
using Variables = std::function<std::optional<std::string>(const char* name)>;
/// Those of this process.
std::optional<std::string> environment_variable(const char* name);

/// PGJINJA_TEMPLATES (directories with colons between), PGJINJA_DSN and PGJINJA_CONFIG are read.
/// @throws Error{Config} for a configuration file that cannot be read or is wrong.
Settings resolve_settings(const Request& request, const Variables& variables);

}  // namespace pgjinja::cli
