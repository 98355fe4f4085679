#pragma once

#include <pgjinja/jinja/function.hpp>

#include <string_view>

namespace pgjinja::jinja {

// Which builtins Jinja2's StrictUndefined stops, and which never look at an undefined value.

/// `default`, and those that only ask for its type.
bool takes_undefined(std::string_view filter);
/// Refuses an undefined argument of a filter, or a method of texts of the same name, that would
/// make it into text or ask for its truth.
/// @throws Error{Undefined}
void check_strict_arguments(std::string_view name, const Args& args);
/// Does this test compare the value or ask for its text?
bool looks_into_value(std::string_view test);

}  // namespace pgjinja::jinja
