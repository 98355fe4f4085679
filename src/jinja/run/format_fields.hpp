#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/function.hpp>

#include <string>
#include <string_view>

namespace pgjinja::jinja {

/// Where the values of a format's fields come from: its arguments, or a map instead of the named
/// ones.
struct FormatValues {
  const Args& args;
  const Map* map = nullptr;
};

/// Python's str.format: `{}`, `{0}`, `{name[key]!r:>10}`. What is behind a name are items only;
/// there are no attributes, since these would lead out of the data.
/// @throws Error{Runtime, Limit, Undefined, Binding}
std::string format_fields(std::string_view format, const FormatValues& values);

}  // namespace pgjinja::jinja
