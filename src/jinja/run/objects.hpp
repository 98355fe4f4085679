#pragma once

#include "jinja/compile/program.hpp"
#include "jinja/run/activation.hpp"
#include "jinja/run/live_items.hpp"
#include "jinja/run/loop_counter.hpp"

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/function.hpp>

#include <cstdint>
#include <memory>
#include <span>
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
  /// Over the items of `iterable`. `code` is what `loop(…)` calls, null unless the loop is
  /// recursive; `depth` counts such calls from 1. @throws as iterate().
  explicit Loop(Value iterable, Value code = {}, std::int64_t depth = 1);
  [[nodiscard]] std::string_view type_name() const noexcept override { return "loop"; }
  [[nodiscard]] std::optional<Value> attribute(std::string_view name) const override;
  [[nodiscard]] Value counter(LoopCounter which) const;
  /// How many items there are, as far as that is known when the loop begins.
  [[nodiscard]] std::size_t size() const {
    return live_ == nullptr ? items_.size() : live_->size();
  }

  /// The next item, or nullptr at the end. @throws Error{Runtime} as LiveItems::next()
  const Value* next() const {
    if (at_ >= items_.size()) return live_ == nullptr ? nullptr : next_live();
    return &items_[at_++];
  }
  /// What next() gave last.
  [[nodiscard]] const Value& item() const {
    return live_ == nullptr ? items_[at_ - 1] : live_->current();
  }
  /// While the loop's filter runs: keeps the item that next() gave last.
  void keep() const { kept_.push_back(item()); }
  /// Ends the filter: what was kept is what there is.
  void filtered() const {
    live_.reset();
    made_ = std::move(kept_);
    items_ = made_;
    at_ = 0;
  }
  [[nodiscard]] bool looped() const noexcept { return at_ > 0; }
  /// An iteration has come to its end, and was not left by break or continue.
  void done() const noexcept { done_ = true; }
  [[nodiscard]] bool has_done() const noexcept { return done_; }
  [[nodiscard]] const Value& code() const noexcept { return code_; }
  [[nodiscard]] std::int64_t depth() const noexcept { return depth_; }
  /// `loop.cycle(…)`. @throws Error{Runtime} without arguments.
  [[nodiscard]] Value cycle(const Args& args) const;
  /// `loop.changed(…)`: are these other values than those of the last call?
  [[nodiscard]] bool changed(const Args& args) const;
  [[nodiscard]] bool was_asked_for_changes() const noexcept { return last_changed_.has_value(); }
  /// At the end of the rendering: the values that it was asked about may hold it.
  void forget_changes() const noexcept { last_changed_.reset(); }

 private:
  const Value* next_live() const;
  [[nodiscard]] std::optional<Value> live_attribute(std::string_view name) const;
  [[nodiscard]] bool is_last() const {
    return live_ == nullptr ? at_ == items_.size() : live_->peek() == nullptr;
  }
  [[nodiscard]] std::int64_t length() const {
    return live_ == nullptr ? static_cast<std::int64_t>(items_.size()) : live_->length();
  }

  Value iterable_;
  Value code_;
  std::int64_t depth_;
  // Mutable for the VM's sake, which alone holds it while it runs; templates only read.
  mutable std::vector<Value> made_;       // the items, unless a list has them already
  mutable std::span<const Value> items_;  // none while they are live
  mutable std::unique_ptr<LiveItems> live_;
  mutable std::vector<Value> kept_;
  mutable std::size_t at_ = 0;  // one behind the current item
  mutable bool done_ = false;
  mutable std::optional<std::vector<Value>> last_changed_;
};

inline Value Loop::counter(LoopCounter which) const {
  const auto index = static_cast<std::int64_t>(at_);
  switch (which) {
    case LoopCounter::Index: return index;
    case LoopCounter::Index0: return index - 1;
    case LoopCounter::First: return index == 1;
    case LoopCounter::Last: return is_last();
    case LoopCounter::Length: return length();
    case LoopCounter::RevIndex: return length() - index + 1;
    case LoopCounter::RevIndex0: return length() - index;
    case LoopCounter::Depth: return depth_;  // of the loop's recursion, not of loops in loops
    case LoopCounter::Depth0: return depth_ - 1;
  }
  return {};
}

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

/// A template that was imported: its top-level names are its attributes.
class Module final : public Object {
 public:
  Module(Fragment body, std::vector<std::pair<std::string_view, Value>> names,
         std::shared_ptr<const Program> program);
  [[nodiscard]] std::string_view type_name() const noexcept override { return "module"; }
  [[nodiscard]] std::optional<Value> attribute(std::string_view name) const override;
  [[nodiscard]] std::string to_text() const override { return body_.to_text(); }
  [[nodiscard]] std::string_view template_name() const noexcept { return program_->source.name; }

 private:
  Fragment body_;  // what the template prints
  std::vector<std::pair<std::string_view, Value>> names_;
  std::shared_ptr<const Program> program_;  // owns the names
};

/// A block as `self.name` and `super` give it: called, it renders. It can be called only in the
/// rendering that made it, with which its activation ends; a value may outlive that.
class BlockReference final : public Object {
 public:
  BlockReference(std::uint64_t owner, Activation& context, std::shared_ptr<const Lineage> blocks,
                 std::string_view block, std::uint32_t level)
      : rendering(owner),
        activation(context),
        name(block),
        depth(level),
        lineage_(std::move(blocks)) {}
  [[nodiscard]] std::string_view type_name() const noexcept override { return "block"; }
  /// `super`, the next definition up; undefined when there is none.
  [[nodiscard]] std::optional<Value> attribute(std::string_view attribute_name) const override;

  const std::uint64_t rendering;
  Activation& activation;
  const std::string_view name;
  const std::uint32_t depth;

 private:
  std::shared_ptr<const Lineage> lineage_;  // owns the name
};

/// `self`: the blocks of the template that is rendered, by name (Jinja2's TemplateReference).
class SelfReference final : public Object {
 public:
  SelfReference(std::uint64_t owner, Activation& context);
  [[nodiscard]] std::string_view type_name() const noexcept override { return "template"; }
  [[nodiscard]] std::optional<Value> attribute(std::string_view name) const override;

 private:
  std::uint64_t rendering_;
  Activation& activation_;
  std::shared_ptr<const Lineage> lineage_;  // null for a template without blocks
};

/// The value of `super` in the block that `activation` runs; undefined when it overrides none.
Value super_block(std::uint64_t rendering, Activation& activation);

/// A function of the environment as a value.
class Function final : public Object {
 public:
  Function(std::string its_name, GlobalFunction code, Made made)
      : name(std::move(its_name)), call(std::move(code)), made_by(made) {}
  [[nodiscard]] std::string_view type_name() const noexcept override { return "function"; }

  const std::string name;
  const GlobalFunction call;
  const Made made_by;
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
