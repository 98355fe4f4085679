#pragma once

#include "jinja/compile/program.hpp"
#include "jinja/run/activation.hpp"

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/function.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// The objects that only exist while a template runs.

namespace pgjinja::jinja {

/// A local that a macro captured: shared by the frame that owns it and the macro.
class Cell final : public Object {
 public:
  explicit Cell(Value initial) : value(std::move(initial)) {}
  [[nodiscard]] std::string_view type_name() const noexcept override { return "cell"; }
  mutable Value value;  // rendering is single-threaded, and a cell never leaves it
};

/// The loop variable (Jinja2's LoopContext), and the state of the iteration.
class Loop final : public Object {
 public:
  /// `items` as iterate() gives them for `iterable`.
  Loop(std::vector<Value> items, const Value& iterable) : items_(std::move(items)) {
    holds(iterable);
  }
  [[nodiscard]] std::string_view type_name() const noexcept override { return "loop"; }
  [[nodiscard]] std::optional<Value> attribute(std::string_view name) const override;

  /// The next item, or nullptr at the end.
  const Value* next() const {
    if (at_ == items_.size()) return nullptr;
    return &items_[at_++];
  }
  /// While the loop's filter runs: keeps the item that next() gave last.
  void keep() const { kept_.push_back(items_[at_ - 1]); }
  /// Ends the filter: what was kept is what there is.
  void filtered() const {
    items_ = std::move(kept_);
    at_ = 0;
  }
  [[nodiscard]] bool looped() const noexcept { return at_ > 0; }
  /// `loop.cycle(…)`. @throws Error{Runtime} without arguments.
  [[nodiscard]] Value cycle(const Args& args) const;

 private:
  // Mutable for the VM's sake, which alone holds it while it runs; templates only read.
  mutable std::vector<Value> items_;
  mutable std::vector<Value> kept_;
  mutable std::size_t at_ = 0;  // one behind the current item
};

/// A macro with what it closes over. It can be called only in the rendering that made it.
class Macro final : public Object {
 public:
  Macro(std::uint64_t owner, Activation& made_in, const Routine& code, std::vector<Value> captured)
      : rendering(owner),
        activation(made_in),
        routine(code),
        cells(std::move(captured)),
        program_(made_in.shared_program()) {}
  [[nodiscard]] std::string_view type_name() const noexcept override { return "macro"; }
  [[nodiscard]] std::optional<Value> attribute(std::string_view name) const override;

  const std::uint64_t rendering;
  Activation& activation;
  const Routine& routine;
  const std::vector<Value> cells;  // parallel to routine.captures

 private:
  std::shared_ptr<const Program> program_;  // owns the routine, also when the rendering is over
};

/// A function of the environment as a value.
class Function final : public Object {
 public:
  Function(std::string name, GlobalFunction code) : name_(std::move(name)), call(std::move(code)) {}
  [[nodiscard]] std::string_view type_name() const noexcept override { return "function"; }

 private:
  std::string name_;

 public:
  const GlobalFunction call;
};

/// `value.method` without the call: Python's bound method.
class BoundMethod final : public Object {
 public:
  BoundMethod(Value bound_to, std::string_view method) : self(std::move(bound_to)), name(method) {
    holds(self);
  }
  [[nodiscard]] std::string_view type_name() const noexcept override { return "method"; }
  const Value self;
  const std::string name;
};

}  // namespace pgjinja::jinja
