#include "jinja/run/adoption.hpp"

#include "core/access.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>

namespace pgjinja::jinja {

using detail::Access;
using detail::Shared;

namespace {

/// So many levels a list or map may grow once another one holds it, when its depth is fixed; as
/// many are left for those that hold it.
constexpr std::uint16_t kLevels = Value::kMaxDepth / 2;

bool belongs_to_one(const Value& value) {
  return (value.is_list() || value.is_map()) &&
         Access::shared(value).refs.load(std::memory_order_acquire) == 1;
}

bool never_changes(const Value& value) { return value.is_list() && value.as_list().is_tuple(); }

/// Adopts what `holder` holds, and sees to it that its depth stays above that.
void adopt_inside(Shared& holder, const Value& value) {
  adopt(value);
  if (!value.may_change()) return;
  Shared& inner = Access::shared(value);
  if (inner.depth >= Value::kMaxDepth) {
    throw Error(ErrorKind::Limit, "a value is nested too deep for a template to change it");
  }
  holder.open = inner.contained = true;
  holder.depth = std::max<std::uint16_t>(holder.depth, inner.depth + 1U);
}

}  // namespace

void make_changeable(const Value& value) {
  if (never_changes(value)) return;
  Shared& shared = Access::shared(value);
  shared.open = shared.changeable = true;
  shared.depth = std::max(shared.depth, kLevels);
}

void adopt(const Value& result) {
  if (!belongs_to_one(result) || Access::is_changeable(result)) return;
  Shared& shared = Access::shared(result);
  if (result.is_list()) {
    for (const Value& item : result.as_list()) adopt_inside(shared, item);
  } else {
    for (const Map::Entry& entry : result.as_map()) adopt_inside(shared, entry.value);
  }
  make_changeable(result);
}

}  // namespace pgjinja::jinja
