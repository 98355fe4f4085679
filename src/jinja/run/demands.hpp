#pragma once

#include <pgjinja/core/value.hpp>

#include <cstdint>

namespace pgjinja::jinja {

// What operations demand of their operands and results. The errors have no place.

/// Refuses an undefined value. @throws Error{Undefined}
void demand_defined(const Value& value);
/// Refuses to build a text or list that is unreasonably large. @throws Error{Limit}
void check_result_size(std::uint64_t elements);

}  // namespace pgjinja::jinja
