#pragma once

#include <pgjinja/core/value.hpp>

#include <string>

namespace pgjinja::jinja {

/// What Python's pprint.pformat shows: the repr, with sorted keys, in lines of at most 80
/// characters where that can be. @throws Error{Limit}
std::string pretty_printed(const Value& value);

}  // namespace pgjinja::jinja
