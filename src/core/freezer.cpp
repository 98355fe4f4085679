#include "core/freezer.hpp"

#include "core/access.hpp"

namespace pgjinja {

Value Value::freeze() const { return Freezer().freeze(*this); }

Value Freezer::freeze(const Value& value) {
  if (!value.may_change()) return value;
  const detail::Shared* const key = &detail::Access::shared(value);
  if (const auto known = copies_.find(key); known != copies_.end()) return known->second.frozen;
  Value copy = copy_of(value);
  copies_.emplace(key, Copy{value, copy});
  return copy;
}

Value Freezer::copy_of(const Value& value) {
  if (value.is_list()) return copy_of_list(value.as_list());
  if (value.is_map()) return copy_of_map(value.as_map());
  Value copy = value.as_object().frozen().value_or(value);
  bytes_ += copy.extent() * sizeof(Value);
  return copy;
}

Value Freezer::copy_of_list(const List& list) {
  std::vector<Value> items;
  items.reserve(list.size());
  for (const Value& item : list) items.push_back(freeze(item));
  bytes_ += sizeof(List) + items.size() * sizeof(Value);
  return Value(List(std::move(items), list.is_tuple()));
}

Value Freezer::copy_of_map(const Map& map) {
  Map copy(map);
  for (Map::Entry& entry : detail::Access::entries(copy)) {
    entry.key = freeze(entry.key);
    entry.value = freeze(entry.value);
  }
  bytes_ += sizeof(Map) + copy.size() * sizeof(Map::Entry);
  return Value(std::move(copy));
}

}  // namespace pgjinja
