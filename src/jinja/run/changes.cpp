#include "jinja/run/changes.hpp"

#include "core/access.hpp"

#include <pgjinja/core/error.hpp>

#include <limits>

#include <fmt/format.h>

namespace pgjinja::jinja {

using detail::Access;
using detail::Shared;

namespace {

[[noreturn]] void too_deep() {
  throw Error(ErrorKind::Limit,
              fmt::format("a value would be nested deeper than {} levels", Value::kMaxDepth))
      .hint("what another list or map holds grows less deep than one that stands alone");
}

[[noreturn]] void holds_itself(const Value& value) {
  throw Error(ErrorKind::Runtime,
              fmt::format("a {} cannot hold itself", value.is_list() ? "list" : "map"));
}

void check_extent(std::uint64_t extent) {
  if (extent <= Value::kMaxExtent) return;
  throw Error(ErrorKind::Limit,
              fmt::format("a list or map holds more than {} values", Value::kMaxExtent))
      .hint("one that holds another twice counts it twice");
}

template <class Visit>
void for_each_inside(const Value& value, Visit visit) {
  if (value.is_list()) {
    for (const Value& item : value.as_list()) visit(item);
    return;
  }
  for (const Map::Entry& entry : value.as_map()) {
    visit(entry.key);
    visit(entry.value);
  }
}

}  // namespace

void Changes::add(const Value& self, const Value& held) {
  Shared& into = Access::shared(self);
  if (Access::is_container(held)) {
    Shared& inner = Access::shared(held);
    if (&inner == &into) holds_itself(self);
    if (inner.depth >= into.depth) {
      if (into.contained) {
        lower(held, into.depth - 1U, into);
      } else if (inner.depth >= Value::kMaxDepth) {
        too_deep();
      } else {  // nothing holds it, `held` neither
        into.depth = inner.depth + 1U;
      }
    }
    if (inner.open) inner.contained = true;
  }
  resize(into, static_cast<std::int64_t>(extent(held)));
}

void Changes::remove(const Value& self, const Value& held) {
  resize(Access::shared(self), -static_cast<std::int64_t>(extent(held)));
}

void Changes::empty(const Value& self) {
  Shared& shared = Access::shared(self);
  resize(shared, 0);
  if (!shared.contained) {
    shared.extent = 1;
    shared.epoch = epoch_;
  }
}

void Changes::reorder() {
  if (!freezer_.empty()) freezer_ = Freezer();
}

/// A container that nothing holds knows its own extent; what holds others has to look again.
void Changes::resize(Shared& shared, std::int64_t by) {
  reorder();
  if (shared.contained) {
    if (++epoch_ == std::numeric_limits<std::uint32_t>::max()) {
      throw Error(ErrorKind::Limit, "the template changes lists and maps too often");
    }
  } else if (shared.epoch == epoch_) {
    const auto extent = static_cast<std::uint64_t>(std::int64_t{shared.extent} + by);
    check_extent(extent);
    shared.extent = static_cast<std::uint32_t>(extent);
  }
}

/// Depths may be larger than they need to be, for something to grow later. This takes some of that
/// room away, so that `value` can be held by `holder`, whose own depth is fixed. The depth falls
/// with each step inwards, therefore `holder` is met if it is in there.
void Changes::lower(const Value& value, std::uint32_t most, const Shared& holder) {
  Shared& shared = Access::shared(value);
  ++work_;
  if (&shared == &holder) holds_itself(value);
  if (shared.depth <= most) return;
  if (!shared.open || value.is_object() || most == 0) too_deep();
  shared.depth = static_cast<std::uint16_t>(most);
  for_each_inside(value, [&](const Value& inner) {
    ++work_;
    if (Access::is_container(inner)) lower(inner, most - 1, holder);
  });
}

std::uint64_t Changes::extent(const Value& value) {
  return stale() && value.may_change() ? measure(value) : value.extent();
}

std::uint64_t Changes::measure(const Value& value) {
  if (!value.may_change()) return value.extent();
  Shared& shared = Access::shared(value);
  if (value.is_object()) return measure_contents(value);
  if (shared.epoch != epoch_) {
    shared.extent = static_cast<std::uint32_t>(measure_contents(value));
    shared.epoch = epoch_;
  }
  return shared.extent;
}

std::uint64_t Changes::measure_contents(const Value& value) {
  std::uint64_t extent = 1;
  const auto count = [&](const Value& inner) {
    ++work_;
    extent += measure(inner);
    check_extent(extent);
  };
  if (!value.is_object()) {
    for_each_inside(value, count);
  } else if (const auto items = value.as_object().iterate()) {
    for (const Value& item : *items) count(item);
  }
  return extent;
}

}  // namespace pgjinja::jinja
