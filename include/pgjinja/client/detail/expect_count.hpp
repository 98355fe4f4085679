#pragma once

#include <cstddef>
#include <string_view>

namespace pgjinja::detail {

/// `wanted` says what the call takes, as in "query_one takes exactly one".
/// @throws Error{Cardinality} unless the number of rows that the template gave fits.
void expect_count(std::string_view name, std::string_view wanted, std::size_t count, bool fits);

}  // namespace pgjinja::detail
