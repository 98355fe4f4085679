#pragma once

#include <pgjinja/core/value.hpp>

#include <string_view>

namespace pgjinja {

/// JSON text as the data that it is: objects as maps, of two equal keys the last; numbers with a
/// point or an exponent, and whole ones beyond 64 bits, as floats.
/// @throws Error{Mapping} for a text that is no JSON; Error{Limit} beyond Value::kMaxDepth
Value json_value(std::string_view text);

/// `value` with the JSON texts that it holds, alone or in lists, as data. @throws as json_value()
Value json_values(const Value& value);

}  // namespace pgjinja
