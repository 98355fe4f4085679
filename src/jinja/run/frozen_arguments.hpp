#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/function.hpp>

#include <vector>

namespace pgjinja::jinja {

/// The arguments of a call as they are now; see Value::frozen(). Views what does not change.
class FrozenArguments {
 public:
  explicit FrozenArguments(const Args& args) : args_(args) {
    if (!any_may_change(args)) return;
    for (const Value& each : args.positional()) positional_.push_back(each.frozen());
    for (const auto& [name, value] : args.named()) named_.emplace_back(name, value.frozen());
    args_ = args.with(positional_, named_);
  }
  FrozenArguments(const FrozenArguments&) = delete;
  FrozenArguments& operator=(const FrozenArguments&) = delete;
  [[nodiscard]] const Args& args() const noexcept { return args_; }

 private:
  static bool any_may_change(const Args& args) {
    for (const Value& each : args.positional()) {
      if (each.may_change()) return true;
    }
    for (const auto& [name, value] : args.named()) {
      if (value.may_change()) return true;
    }
    return false;
  }

  std::vector<Value> positional_;
  std::vector<Args::Named> named_;
  Args args_;
};

}  // namespace pgjinja::jinja
