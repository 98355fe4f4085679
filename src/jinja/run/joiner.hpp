#pragma once

#include <pgjinja/core/value.hpp>

#include <string_view>
#include <utility>

namespace pgjinja::jinja {

/// What `joiner(…)` gives: nothing when it is called first, and its separator from then on.
class Joiner final : public Object {
 public:
  Joiner(Value nothing, Value separator)
      : nothing_(std::move(nothing)), separator_(std::move(separator)) {
    holds(separator_);
  }
  [[nodiscard]] std::string_view type_name() const noexcept override { return "joiner"; }
  [[nodiscard]] const Value& call() const {
    return std::exchange(used_, true) ? separator_ : nothing_;
  }

 private:
  Value nothing_;
  Value separator_;
  mutable bool used_ = false;  // one rendering uses it, in one thread
};

}  // namespace pgjinja::jinja
