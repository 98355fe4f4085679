#include "pg/codec/array_shape.hpp"

#include "pg/codec/encode_error.hpp"

#include <fmt/format.h>

namespace pgjinja::pg {

namespace {

/// The lengths along the first elements: what all others must have too.
ArrayShape expected_shape(const List& list) {
  ArrayShape shape;
  for (const List* level = &list;;) {
    if (shape.dimensions == kMostDimensions) {
      throw not_encodable(
          fmt::format("a list nested deeper than {} cannot be an array", kMostDimensions))
          .hint("PostgreSQL's arrays have at most six dimensions");
    }
    shape.lengths[shape.dimensions++] = level->size();
    if (level->empty() || !(*level)[0].is_list()) return shape;
    level = &(*level)[0].as_list();
  }
}

void check(const List& list, const ArrayShape& shape, std::size_t dimension) {
  const bool innermost = dimension + 1 == shape.dimensions;
  const bool fits = list.size() == shape.lengths[dimension];
  for (std::size_t i = 0; fits && i < list.size(); ++i) {
    if (list[i].is_list() == innermost) break;
    if (!innermost) check(list[i].as_list(), shape, dimension + 1);
    if (i + 1 == list.size()) return;
  }
  if (fits && list.empty()) return;
  throw not_encodable("a list whose sub-lists differ in length or depth cannot be an array")
      .hint("make its sub-lists equally long, or pass JSON text for a parameter of type jsonb");
}

}  // namespace

std::size_t ArrayShape::elements() const noexcept {
  std::size_t product = 1;
  for (std::size_t i = 0; i < dimensions; ++i) product *= lengths[i];
  return product;
}

ArrayShape array_shape(const List& list) {
  const ArrayShape shape = expected_shape(list);
  check(list, shape, 0);
  return shape;
}

}  // namespace pgjinja::pg
