#pragma once

#include "cli/request.hpp"
#include "cli/settings.hpp"

#include <pgjinja/jinja/loader.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace pgjinja::cli {

/// Where a command's templates come from, and the name of the one that it is about.
struct TemplateSource {
  std::shared_ptr<const jinja::Loader> loader;
  std::string name;  ///< empty when the command is about all of them
};

/// The directories of `settings`, `texts` on top of them, and that of `--source` on top
/// of all: it may include what they have. Where there are texts, no directory is needed.
/// @throws Error{Config} when there is nothing of it, or a directory does not exist.
TemplateSource open_templates(
    const Request& request, const Settings& settings,
    const std::optional<std::map<std::string, std::string>>& texts = std::nullopt);

}  // namespace pgjinja::cli
