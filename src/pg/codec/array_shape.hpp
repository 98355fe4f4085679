#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/array_reader.hpp>

#include <array>
#include <cstddef>

namespace pgjinja::pg {

/// The lengths of a list of lists of … in each dimension.
struct ArrayShape {
  std::size_t dimensions = 0;
  std::array<std::size_t, kMostDimensions> lengths{};

  [[nodiscard]] std::size_t elements() const noexcept;
};

/// @throws Error{Encode} when sub-lists differ in length or depth, or there are more than six
///         dimensions: PostgreSQL's arrays are rectangular.
ArrayShape array_shape(const List& list);

}  // namespace pgjinja::pg
