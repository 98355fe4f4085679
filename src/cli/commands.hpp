#pragma once

#include "cli/output.hpp"
#include "cli/request.hpp"
#include "cli/settings.hpp"

namespace pgjinja::cli {

/// The commands. Each writes its result to `out` and gives the exit code; all throw what the
/// layers below throw, and Output's exceptions.

/// The SQL of a template and its parameters, or its plain text.
int render(const Request& request, const Settings& settings, Output& out);
/// The rows of a template's statement, on a server or an embedded one.
int query(const Request& request, const Settings& settings, Output& out);
/// The templates that there are, each with its parameters and includes. One that does not parse is
/// listed with its error.
int list_templates(const Request& request, const Settings& settings, Output& out);
/// What the checks find in all templates, or in those that are named. Gives the exit code of the
/// first error; with --strict that of warnings when there are only these.
int validate(const Request& request, const Settings& settings, Output& out);
/// The SQL texts that a template can give.
int show_shapes(const Request& request, const Settings& settings, Output& out);

}  // namespace pgjinja::cli
