#pragma once

#include "jinja/run/method_table.hpp"

#include <pgjinja/core/value.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// What `cycler(…)` gives: its items one after the other, and again from the first.
class Cycler final : public Object {
 public:
  /// @throws Error{Runtime} without items
  explicit Cycler(std::vector<Value> items);
  [[nodiscard]] std::string_view type_name() const noexcept override { return "cycler"; }
  [[nodiscard]] std::optional<Value> attribute(std::string_view name) const override;

  [[nodiscard]] Value next() const;
  void reset() const noexcept { at_ = 0; }
  static std::span<const Method> methods();

 private:
  std::vector<Value> items_;
  mutable std::size_t at_ = 0;  // one rendering uses it, in one thread
};

}  // namespace pgjinja::jinja
