#pragma once

#include <pgjinja/core/value.hpp>

#include <optional>
#include <string_view>
#include <utility>

namespace pgjinja::jinja {

/// What `namespace(…)` gives: the one thing that a template can assign to from within a loop.
///
/// It may come to hold itself, or any number of others one inside the other. The VM therefore keeps
/// each until the end of its rendering and empties it then (as it does with cells), so that none
/// stays for ever, nor is the machine's stack used up by taking a long chain apart; and it prints
/// as
/// `<namespace>`, without what it holds.
class Namespace final : public Object {
 public:
  explicit Namespace(Map attributes) : attributes_(std::move(attributes)) {}
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
  mutable Map attributes_;  // one rendering uses it, in one thread
};

}  // namespace pgjinja::jinja
