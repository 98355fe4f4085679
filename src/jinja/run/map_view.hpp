#pragma once

#include <pgjinja/core/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// What `.keys()`, `.values()` and `.items()` give of a map that may change: it shows the map as it
/// is when it is looked at, as Python's views do.
class MapView final : public Object {
 public:
  enum class Part : std::uint8_t { Keys, Values, Items };

  MapView(Value map, Part part) : map_(std::move(map)), part_(part) { holds(map_); }
  [[nodiscard]] std::string_view type_name() const noexcept override { return "view of a map"; }
  [[nodiscard]] std::optional<std::vector<Value>> iterate() const override {
    return items_of(map_.as_map(), part_);
  }
  [[nodiscard]] bool truthy() const override { return !map_.as_map().empty(); }
  /// As a list.
  [[nodiscard]] std::string to_text() const override;
  [[nodiscard]] std::optional<Value> frozen() const override;

  [[nodiscard]] const Value& map() const noexcept { return map_; }
  [[nodiscard]] Part part() const noexcept { return part_; }
  static std::vector<Value> items_of(const Map& map, Part part);
  static Value item_of(const Map::Entry& entry, Part part);

 private:
  Value map_;
  Part part_;
};

}  // namespace pgjinja::jinja
