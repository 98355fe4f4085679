#pragma once

#include "cli/settings.hpp"
#include "cli/template_source.hpp"

#include <pgjinja/client/client.hpp>

namespace pgjinja::cli {

/// A Client's settings for these templates; reaches the server of `settings.dsn`.
inline ClientSettings client_settings(const Settings& settings, const TemplateSource& source) {
  return {.connection = {.conninfo = settings.dsn},
          .loader = source.loader,
          .limits = settings.limits,
          .allow_raw = settings.allow_raw};
}

}  // namespace pgjinja::cli
