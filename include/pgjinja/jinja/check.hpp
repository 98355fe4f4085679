#pragma once

#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/jinja/finding.hpp>

#include <span>
#include <string>
#include <vector>

namespace pgjinja::jinja {

/// Checks the templates `names`, and reports what is wrong with them without rendering any: all
/// findings of all of them, template by template and in the order of the text. The loader's other
/// templates are read too, where one of them may use what a named one defines.
///
/// Says nothing of what is only known while rendering, such as a template that is chosen by a
/// value. May be called concurrently. Never throws Error: what cannot be loaded is a finding.
[[nodiscard]] std::vector<Finding> check(const Environment& environment,
                                         const std::vector<std::string>& names);

/// The rules that check() knows, sorted by id.
[[nodiscard]] std::span<const Rule> check_rules() noexcept;

}  // namespace pgjinja::jinja
