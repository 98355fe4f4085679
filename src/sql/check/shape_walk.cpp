#include "sql/check/shape_walk.hpp"

#include "sql/expression_text.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::sql {

Shapes ShapeWalk::collect(const Skeleton& skeleton) {
  for (const Path& path : run(skeleton)) add(path);
  return std::move(out_);
}

bool ShapeWalk::print(Path& path, const Skeleton& node, const Skeleton* /*behind*/) {
  path.print(node);
  return true;
}

bool ShapeWalk::passes(const Path& /*path*/, const Skeleton& node) {
  if (node.kind == Skeleton::Kind::Unknown) incomplete(node.reason);
  return false;
}

/// Those that are cut come last in the order of the branches.
void ShapeWalk::merge(Paths& paths) {
  if (paths.size() <= limits_.shapes) return;
  paths.resize(limits_.shapes);
  incomplete(fmt::format("more than {} shapes", limits_.shapes));
}

void ShapeWalk::incomplete(const std::string& reason) {
  out_.complete = false;
  if (std::ranges::count(out_.reasons, reason) == 0) out_.reasons.push_back(reason);
}

void ShapeWalk::add(const Path& path) {
  Statement statement;
  try {
    binder_.bind(fragment_of(path), {}, statement);
  } catch (const Error&) {  // no rendering along this path is a statement
    return;
  }
  if (!seen_.insert(statement.sql).second) return;
  Shape shape{.sql = statement.sql, .parameters = {}, .by_value = {}, .when = {}};
  for (const jinja::PrintSite* site : statement.sites) {
    shape.parameters.push_back(expression_of(*site));
  }
  for (const Printed* at = path.printed.get(); at != nullptr; at = at->before.get()) {
    if (at->node->by_value) shape.by_value.push_back(expression_of(at->node->site));
  }
  std::ranges::reverse(shape.by_value);
  shape.when = path.assumed.describe();
  out_.shapes.push_back(std::move(shape));
}

}  // namespace pgjinja::sql
