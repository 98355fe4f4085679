#pragma once

#include "sql/filters/filter.hpp"

namespace pgjinja::sql {

/// The filter of that name; nullptr if install() registers none.
const Filter* find_filter(std::string_view name) noexcept;

}  // namespace pgjinja::sql
