#include "jinja/run/live_items.hpp"

#include "core/access.hpp"

#include <pgjinja/core/error.hpp>

#include <utility>

namespace pgjinja::jinja {

std::unique_ptr<LiveItems> LiveItems::of(const Value& iterable) {
  const bool live = detail::Access::is_changeable(iterable) || iterable.as<MapView>() != nullptr;
  return live ? std::make_unique<LiveItems>(iterable) : nullptr;
}

LiveItems::LiveItems(Value iterable) : iterable_(std::move(iterable)) {
  if (const auto* view = iterable_.as<MapView>()) part_ = view->part();
  if (iterable_.is_map()) part_ = MapView::Part::Keys;
  if (const Map* keys = map()) {
    size_ = keys->size();
    erasures_ = keys->erasures();
  }
}

/// nullptr for a list.
const Map* LiveItems::map() const {
  if (iterable_.is_map()) return &iterable_.as_map();
  const auto* view = iterable_.as<MapView>();
  return view == nullptr ? nullptr : &view->map().as_map();
}

std::size_t LiveItems::size() const { return part_ ? map()->size() : iterable_.as_list().size(); }

void LiveItems::check_keys() const {
  const Map* keys = map();
  if (keys == nullptr || (keys->size() == size_ && keys->erasures() == erasures_)) return;
  throw Error(ErrorKind::Runtime, "the keys of a map have changed while a loop goes through it")
      .hint(
          "go through a copy: {% for key in m | list %}, {% for key, value in m.items() | list %}");
}

std::optional<Value> LiveItems::fetch() {
  if (ended_) return std::nullopt;
  check_keys();
  if (at_ >= size()) {
    ended_ = true;
    return std::nullopt;
  }
  const std::size_t at = at_++;
  return part_ ? MapView::item_of(map()->entries()[at], *part_) : iterable_.as_list()[at];
}

bool LiveItems::next() {
  std::optional<Value> item = peeked_ ? std::exchange(peeked_, std::nullopt) : fetch();
  if (!item) return false;
  previous_ = std::move(current_);
  current_ = *std::move(item);
  return true;
}

const Value* LiveItems::peek() {
  if (!peeked_) peeked_ = fetch();
  return peeked_ ? &*peeked_ : nullptr;
}

std::int64_t LiveItems::length() {
  if (!length_) length_ = static_cast<std::int64_t>(size());
  return *length_;
}

}  // namespace pgjinja::jinja
