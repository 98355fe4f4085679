#include "jinja/check/library.hpp"
#include "sql/check/shape_walk.hpp"
#include "sql/check/unfolding.hpp"

#include <pgjinja/sql/shapes.hpp>

namespace pgjinja::sql {

Shapes shapes(const jinja::Template& of, const ShapeLimits& limits) {
  jinja::Library library(jinja::state_of(of));
  const jinja::ParsedTemplate& parsed = library.add(of.source());
  return ShapeWalk(limits).collect(*Unfolding(library).run(parsed));
}

}  // namespace pgjinja::sql
