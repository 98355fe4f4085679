#include "jinja/run/thawed.hpp"

#include "core/access.hpp"
#include "jinja/run/adoption.hpp"

namespace pgjinja::jinja {

using detail::Access;

const Value* Thawed::of(const Value& given) {
  if (!given.is_list() && !given.is_map()) return &given;
  const detail::Shared* const key = &Access::shared(given);
  if (const auto known = copies_.find(key); known != copies_.end()) return &known->second;
  Value copy = given.is_list() ? copy_of_list(given.as_list()) : copy_of_map(given.as_map());
  make_changeable(copy);
  return &copies_.emplace(key, std::move(copy)).first->second;
}

Value Thawed::copy_of_list(const List& list) {
  std::vector<Value> items;
  items.reserve(list.size());
  for (const Value& item : list) items.push_back(*of(item));
  work_ += items.size() + 1;
  return Value(List(std::move(items), list.is_tuple()));
}

Value Thawed::copy_of_map(const Map& map) {
  Map copy(map);
  for (Map::Entry& entry : Access::entries(copy)) entry.value = *of(entry.value);
  work_ += copy.size() + 1;
  return Value(std::move(copy));
}

}  // namespace pgjinja::jinja
