#pragma once

#include <pgjinja/core/value.hpp>

#include <optional>
#include <string_view>
#include <utility>

namespace pgjinja::jinja {

/// `namespace(…)`: the one object that a template can change, so that a loop can leave something
/// behind. It lives and is used within one rendering.
class Namespace final : public Object {
 public:
  explicit Namespace(Map attributes) : attributes_(std::move(attributes)) {
    for (const Map::Entry& entry : attributes_) holds(entry.value);
  }
  [[nodiscard]] std::string_view type_name() const noexcept override { return "namespace"; }
  [[nodiscard]] std::optional<Value> attribute(std::string_view name) const override {
    const Value* found = attributes_.find(name);
    return found == nullptr ? std::nullopt : std::optional<Value>(*found);
  }
  void set(std::string_view name, Value value) const {
    attributes_.set(Value(name), std::move(value));
  }
  void clear() const { attributes_ = Map(); }

 private:
  mutable Map attributes_;
};

}  // namespace pgjinja::jinja
