#pragma once

#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/jinja/finding.hpp>

#include <span>
#include <string>
#include <vector>

namespace pgjinja::sql {

/// Checks where values stand in the SQL text of the templates `names`, on all paths and without
/// rendering any: of each condition both sides are gone, each loop makes no round, one and more,
/// and macros, includes, blocks and captures are followed to where they are placed. Every error is
/// what the binder would say of a rendering that goes along that path.
///
/// A plain `{{ x }}` is taken for a parameter. A template that others include or import is checked
/// where they place it. What a value decides (a template's name, a mark in a map) is a note, and is
/// not checked.
///
/// What does not parse is left to jinja::check(). May be called concurrently; never throws Error.
[[nodiscard]] std::vector<jinja::Finding> check(const jinja::Environment& environment,
                                                const std::vector<std::string>& names);

/// The rules that check() knows, sorted by id.
[[nodiscard]] std::span<const jinja::Rule> check_rules() noexcept;

}  // namespace pgjinja::sql
