#pragma once

#include "jinja/run/map_view.hpp"

#include <pgjinja/core/value.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace pgjinja::jinja {

/// The items of a list, map or view that may change while a loop goes through it. As in Python, a
/// list is gone through by index, and a map has to keep its keys.
class LiveItems {
 public:
  /// nullptr when nothing in `iterable` may change the items of a loop over it.
  static std::unique_ptr<LiveItems> of(const Value& iterable);

  explicit LiveItems(Value iterable);

  /// Goes to the next item. False at the end, which then stays. @throws Error{Runtime} for a map
  /// whose keys have changed
  bool next();
  /// The item that next() went to, and the one before; null before there are any.
  [[nodiscard]] const Value& current() const noexcept { return current_; }
  [[nodiscard]] const Value& previous() const noexcept { return previous_; }
  /// The one that is to come, or nullptr; from then on it is to come, whatever changes.
  /// @throws as next()
  const Value* peek();
  /// How many there are; like Python's `loop.length` it stays what it was when first asked for.
  std::int64_t length();
  /// How many there are now.
  [[nodiscard]] std::size_t size() const;

 private:
  std::optional<Value> fetch();
  void check_keys() const;
  [[nodiscard]] const Map* map() const;

  Value iterable_;
  std::optional<MapView::Part> part_;  // for a map or a view
  std::size_t size_ = 0;               // of the map, when the loop began
  std::uint32_t erasures_ = 0;         // likewise
  std::size_t at_ = 0;
  bool ended_ = false;
  std::optional<Value> peeked_;
  std::optional<std::int64_t> length_;
  Value current_;
  Value previous_;
};

}  // namespace pgjinja::jinja
