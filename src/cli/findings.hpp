#pragma once

#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/jinja/finding.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::cli {

/// What the checks of all layers find in the templates `names`: template by template, in the order
/// of the text, each once.
std::vector<jinja::Finding> find_all(const jinja::Environment& environment,
                                     const std::vector<std::string>& names);

/// "error", "warning" or "note".
std::string_view severity_name(jinja::Severity severity) noexcept;

/// The report of one finding, as that of an error, but "warning[unused-macro]: …" in front.
std::string finding_report(const jinja::Finding& finding);

/// {"rule": …, "severity": …, "message": …, "hint": …, "detail": …, "places": [{"role": …,
/// "template": …, "line": n, "column": n, "length": n}]}: always these keys, null where there is
/// nothing to say; the first place is the finding's own.
std::string finding_object(const jinja::Finding& finding);

}  // namespace pgjinja::cli
