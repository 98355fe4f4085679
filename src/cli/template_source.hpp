#pragma once

#include "cli/request.hpp"
#include "cli/settings.hpp"

#include <pgjinja/jinja/loader.hpp>

#include <memory>
#include <string>

namespace pgjinja::cli {

/// Where a command's templates come from, and the name of the one that it is about.
struct TemplateSource {
  std::shared_ptr<const jinja::Loader> loader;
  std::string name;  ///< empty when the command is about all of them
};

/// The directories of `settings`; with `--source`, that text on top of them: it may include what
/// they have, and needs none.
/// @throws Error{Config} when there is no directory, or one of them does not exist.
TemplateSource open_templates(const Request& request, const Settings& settings);

}  // namespace pgjinja::cli
