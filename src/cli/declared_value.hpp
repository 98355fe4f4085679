#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/front_matter.hpp>

#include <string_view>

namespace pgjinja::cli {

/// What `-p key=text` means for a parameter of a declared type: numbers, bools, maps and arrays are
/// read as JSON; all else is the text. So is what is no JSON: the rendering refuses it, and shows
/// the declaration.
Value declared_value(const jinja::ParameterType& type, std::string_view text);

}  // namespace pgjinja::cli
