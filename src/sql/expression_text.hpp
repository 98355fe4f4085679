#pragma once

#include <pgjinja/jinja/fragment.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace pgjinja::sql {

// How messages and hints quote what a template's author printed. An expression is always on one
// line here.

/// The expression of `site`: white space is one space, except in strings.
std::string expression_of(const jinja::PrintSite& site);
/// The expression without the filter at its end that makes a mark (identifier, in, raw …);
/// `nullopt` if it ends with none, so that the mark was made elsewhere.
std::optional<std::string> without_mark(const jinja::PrintSite& site);
/// Is it a part of a `a ~ b` that holds marks, and no `{{ … }}` by itself?
bool is_concatenated(const jinja::PrintSite& site);

/// `{{ … }}` as a message shows it: the user's own expression, or "the value" when that is too long
/// to be quoted.
std::string shown(const jinja::PrintSite& site);
/// `{{ expression }}`
std::string printed(std::string_view expression);
/// The expression in parentheses if an operator or a filter behind it could take a part of it only.
std::string operand(std::string_view expression);
/// `{{ expression | filter }}`, with parentheses where they are needed.
std::string filtered(std::string_view expression, std::string_view filter);
/// A string of the template language: `"text"`.
std::string quoted(std::string_view text);

}  // namespace pgjinja::sql
