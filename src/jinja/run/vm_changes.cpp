#include "jinja/run/frozen_arguments.hpp"
#include "jinja/run/methods.hpp"
#include "jinja/run/strictness.hpp"
#include "jinja/run/vm.hpp"

// What the VM does for lists and maps that change, and for those who are given them.

namespace pgjinja::jinja {

namespace {

/// What a method may look at: all of a text, the items of a list, and what is in them as well when
/// it compares them with something that holds others.
bool looks_inside(const Args& args) {
  return !args.positional().empty() && args.positional()[0].kind() >= Kind::List;
}

}  // namespace

void Vm::begin_changes(const Program& program) {
  changes_.emplace();
  thaws_ = program.changes;
}

Value Vm::run_method(const Value& self, std::string_view name, const Args& args) {
  if (self.is_list() || self.is_map()) {
    if (changes_self(name)) {
      // It says itself what it costs.
    } else if (looks_inside(args)) {
      charge_operand(self);
    } else {
      charge(self.is_list() ? self.as_list().size() : self.as_map().size());
    }
  } else {
    charge_operand(self);
  }
  if (!changes_) return jinja::call_method(self, name, args);
  Value result = jinja::call_method(self, name, args, &*changes_);
  charge(changes_->take_work());
  careful_ = careful_ || changes_->stale();
  return result;
}

std::uint64_t Vm::extent(const Value& value) {
  if (!changes_) return value.is_object() ? 1 : value.extent();
  const std::uint64_t extent = changes_->extent(value);
  charge(changes_->take_work());
  return value.is_object() ? 1 : extent;
}

/// What is printed again without a change in between is one copy.
Value Vm::frozen(const Value& value) {
  charge(extent(value));
  if (!changes_) return value.frozen();
  const std::size_t before = changes_->frozen_bytes();
  Value copy = changes_->frozen(value);
  count_output(changes_->frozen_bytes() - before);
  return copy;
}

void Vm::check_arguments(std::string_view callee, const Args& args) {
  if (environment_.options.undefined == UndefinedPolicy::Strict) {
    check_strict_arguments(callee, args);
  }
  if (changes_) check_extents(args);
}

/// Whatever a callee does with its arguments, it walks over none that is too large.
void Vm::check_extents(const Args& args) {
  for (const Value& each : args.positional()) static_cast<void>(extent(each));
  for (const Args::Named& each : args.named()) static_cast<void>(extent(each.second));
}

Value Vm::apply(const FilterEntry& filter, const Value& input, const Args& args) {
  if (filter.made == Made::ByEngine) return filter.function(input, args);
  return filter.function(input.frozen(), FrozenArguments(args).args());
}

Value Vm::call_function(const Function& function, const Args& args) {
  if (careful_) check_arguments("", args);
  if (function.made_by == Made::ByEngine) return function.call(args);
  return function.call(FrozenArguments(args).args());
}

}  // namespace pgjinja::jinja
