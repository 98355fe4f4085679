#pragma once

#include <pgjinja/jinja/fragment.hpp>

#include <string_view>

namespace pgjinja::sql {

// White space that the author wrote next to a `{{ … }}` and that the `-` of a tag took away.

/// The delimiter (`{{-`, `-%}` …) that took the white space in front of `site`; empty if none did.
std::string_view ate_in_front(const jinja::PrintSite& site);
/// The same for the white space behind it.
std::string_view ate_behind(const jinja::PrintSite& site);

}  // namespace pgjinja::sql
