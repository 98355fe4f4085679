#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/front_matter.hpp>

#include <string>

namespace pgjinja::jinja {

/// Why `value` is none of `type`: "it is text", "item 2 is null", "its text is no date"; empty when
/// it is one. Says nothing of the value's contents, which may be nobody's business.
std::string mismatch(const ParameterType& type, const Value& value);

}  // namespace pgjinja::jinja
