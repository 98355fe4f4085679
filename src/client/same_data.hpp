#pragma once

#include <pgjinja/core/value.hpp>

#include <cstddef>

namespace pgjinja {

/// A hash of what two rows have alike when same_data() holds; unlike hash_value() also of lists and
/// maps.
std::size_t hash_data(const Map& row);

/// Do two rows hold the same, as GROUP BY has it: NaN is equal to itself, and so is null?
bool same_data(const Map& a, const Map& b);

}  // namespace pgjinja
