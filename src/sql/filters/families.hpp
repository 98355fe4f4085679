#pragma once

#include "sql/filters/filter.hpp"

#include <span>

namespace pgjinja::sql {

// The filters of install(), one family a file.

std::span<const Filter> name_filters() noexcept;
std::span<const Filter> pattern_filters() noexcept;
std::span<const Filter> row_filters() noexcept;
std::span<const Filter> text_filters() noexcept;
std::span<const Filter> value_filters() noexcept;

}  // namespace pgjinja::sql
