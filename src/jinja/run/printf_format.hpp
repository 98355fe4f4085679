#pragma once

#include <pgjinja/core/value.hpp>

#include <string>
#include <string_view>

namespace pgjinja::jinja {

/// Python's `format % values`: a tuple gives one value to each conversion, a map those that are
/// named (`%(name)s`), anything else is the one value.
/// @throws Error{Runtime} for a format that is none or does not fit the values, Error{Undefined},
///         Error{Limit} for a huge width, Error{Binding} for a sealed value
std::string printf_format(std::string_view format, const Value& values);

}  // namespace pgjinja::jinja
