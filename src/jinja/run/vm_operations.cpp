#include "jinja/nearest.hpp"
#include "jinja/run/adoption.hpp"
#include "jinja/run/arguments.hpp"
#include "jinja/run/foreign_exception.hpp"
#include "jinja/run/joiner.hpp"
#include "jinja/run/methods.hpp"
#include "jinja/run/missing_value.hpp"
#include "jinja/run/namespace.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/plain_text.hpp"
#include "jinja/run/strictness.hpp"
#include "jinja/run/text_form.hpp"
#include "jinja/run/undefined_values.hpp"
#include "jinja/run/vm.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>

// What the dispatch loop calls: loops, building, names, filters, calls, includes.

namespace pgjinja::jinja {

namespace {

std::string_view what(const Value& v) {
  return v.is_object() ? v.as_object().type_name() : kind_name(v.kind());
}

bool sealed(const Value& v) { return v.is_object() && v.as_object().sealed(); }

Error unknown_argument(const Routine& macro, std::string_view name) {
  Error error(ErrorKind::Runtime,
              fmt::format("macro '{}' takes no argument '{}'", macro.name, name));
  if (name == "caller") error.hint("a macro that a call block calls has to use caller()");
  return error;
}

}  // namespace

Error Vm::unknown_name(const Value& value, const Activation& activation) const {
  const std::string_view name = value.undefined_name();
  if (const MissingValue* missing = missing_value(name)) {
    return Error(ErrorKind::Undefined, std::string(name)).hint(std::string(missing->hint));
  }
  Error error(ErrorKind::Undefined, fmt::format("'{}' is undefined", name));
  const std::string near = nearest(name, activation.known_names());
  if (!near.empty()) {
    error.hint(fmt::format("did you mean '{}'?", near));
  } else {
    error.hint(fmt::format("pass it, or write {{{{ {} | default(...) }}}}", name));
  }
  return error;
}

/// StrictUndefined: neither its truth nor a comparison of it is known.
void Vm::check_strict(const Value& value, const Activation& activation) const {
  if (!value.is_undefined() || !is_strict(environment_.options.undefined, value)) return;
  throw unknown_name(value, activation);
}

// ---- loops and building -------------------------------------------------------------------------

void Vm::loop_begin(Call& c, std::uint32_t slot, bool recursive) {
  Value iterable = c.pop();
  if (iterable.is_undefined() && !is_lenient(environment_.options.undefined, iterable)) {
    throw unknown_name(iterable, c.activation);
  }
  Value loop = recursive ? Value::object<Loop>(std::move(iterable), c.frame[kLoopCode],
                                               c.frame[kLoopDepth].as_int())
                         : Value::object<Loop>(std::move(iterable));
  charge(static_cast<const Loop&>(loop.as_object()).size());
  c.frame[slot] = std::move(loop);
}

void Vm::run_loop(Call& c) {
  const Value code = c.pop();
  const Value iterable = c.pop();
  const DepthGuard guard(*this);
  run_loop_code(code, iterable, 1);
}

void Vm::run_loop_code(const Value& code, const Value& iterable, std::int64_t depth) {
  const auto& macro = static_cast<const Macro&>(code.as_object());
  const FrameStack::Frame frame(frames_, macro.routine.slots + macro.routine.max_stack);
  frame.values()[kLoopIterable] = iterable;
  frame.values()[kLoopCode] = code;
  frame.values()[kLoopDepth] = Value(depth);
  enter_macro(macro, frame.values());
  run_routine(macro.activation, macro.routine, frame.values(), 0);
}

/// `loop(children)` in a recursive loop.
Value Vm::call_loop(const Loop& loop, const Args& args) {
  if (loop.code().is_null()) {
    throw Error(ErrorKind::Runtime, "only a recursive loop can be called")
        .hint("mark it: {% for item in items recursive %}");
  }
  if (static_cast<const Macro&>(loop.code().as_object()).rendering != rendering_) {
    throw Error(ErrorKind::Runtime, "the loop belongs to another rendering");
  }
  args.allow("loop", 1, {"iterable"});
  const Value* iterable = args.get(0, "iterable");
  if (iterable == nullptr) throw Error(ErrorKind::Runtime, "loop() takes what to loop over");
  const DepthGuard guard(*this);
  begin_capture();
  run_loop_code(loop.code(), *iterable, loop.depth() + 1);
  return end_capture();
}

void Vm::check_namespace(const Value& object) {
  if (object.as<Namespace>() != nullptr) return;
  throw Error(ErrorKind::Runtime,
              fmt::format("an attribute can be set on a namespace, and not on {}", what(object)))
      .hint("make one: {% set ns = namespace(found=false) %}");
}

/// `{% set ns.name = value %}`
void Vm::store_attribute(Call& c, const NameRef& name) {
  const Value object = c.pop();
  Value value = c.pop();
  check_namespace(object);
  object.as<Namespace>()->set(name.text, std::move(value));
}

void Vm::unpack(Call& c, std::uint32_t count) {
  const Value packed = c.pop();
  check_strict(packed, c.activation);
  const std::vector<Value> items = iterate(packed);
  if (items.size() != count) {
    throw Error(ErrorKind::Runtime, fmt::format("{} name{} on the left, but the {} has {} item{}",
                                                count, count == 1 ? "" : "s", what(packed),
                                                items.size(), items.size() == 1 ? "" : "s"));
  }
  for (std::size_t i = items.size(); i-- > 0;) c.push(items[i]);
}

void Vm::build_list(Call& c, std::uint32_t count, bool tuple) {
  std::vector<Value> items(count);
  for (std::size_t i = count; i-- > 0;) items[i] = c.pop();
  c.push(Value(List(std::move(items), tuple)));
  if (changes_) adopt(*(c.top - 1));
}

void Vm::build_dict(Call& c, std::uint32_t count) {
  Map map;
  Value* first = c.top - 2 * static_cast<std::ptrdiff_t>(count);
  for (std::uint32_t i = 0; i < count; ++i) map.set(first[2 * i], first[2 * i + 1]);
  for (std::uint32_t i = 0; i < 2 * count; ++i) c.drop();
  c.push(Value(std::move(map)));
  if (changes_) adopt(*(c.top - 1));
}

/// `a ~ b`: a text, unless something sealed is among them: then a fragment, in which what is plain
/// stays a value.
void Vm::concat(Call& c, const PrintSite& site, std::uint32_t count) {
  Value* first = c.top - count;
  bool any_sealed = false;
  for (std::uint32_t i = 0; i < count; ++i) any_sealed = any_sealed || sealed(first[i]);
  Value joined;
  if (any_sealed) {
    Fragment fragment;
    fragment.keep(c.activation.shared_program());
    for (std::uint32_t i = 0; i < count; ++i) {
      if (const auto* inner = first[i].as<FragmentObject>()) {
        fragment.append(inner->fragment(), site);
      } else {
        fragment.append(site, first[i]);
      }
    }
    joined = Value::object<FragmentObject>(std::move(fragment));
    charge_result(joined);
  } else {
    std::string text;
    for (std::uint32_t i = 0; i < count; ++i) {
      if (first[i].is_undefined()) refuse_undefined(first[i], c.activation);
      if (careful_) static_cast<void>(extent(first[i]));
      if (!first[i].is_text()) refuse_sealed(first[i]);
      append_str(first[i], text);
      check_result_size(text.size());
    }
    joined = Value(text);
    charge_result(joined);
  }
  for (std::uint32_t i = 0; i < count; ++i) c.drop();
  c.push(std::move(joined));
}

/// `object.name`: a method first, then an item, as Python's dicts have it in Jinja2.
Value Vm::attribute(const Value& object, const NameRef& name) const {
  if (object.is_undefined() && object.undefined_chains()) return object;
  demand_defined(object);
  const UndefinedPolicy policy = environment_.options.undefined;
  if (object.is_object()) {
    if (auto found = object.as_object().attribute(name.text)) {
      return found->is_undefined() ? by_policy(policy, *found) : std::move(*found);
    }
  }
  if (has_method(object, name.text)) return Value::object<BoundMethod>(object, name.text);
  if (object.is_map()) {
    if (const Value* found = object.as_map().find(name.text, name.hash)) return *found;
  }
  if (policy != UndefinedPolicy::Debug) return name.undefined;
  return undefined_element(policy, object, Value(name.text));
}

// ---- filters, tests, calls ----------------------------------------------------------------------

void Vm::unknown_callee(const Call& c, const Instruction& call) {
  const std::string_view what = call.op == Opcode::Filter ? "filter" : "test";
  const CallSite& site = c.program.calls[call.operand];
  throw Error(ErrorKind::Runtime, fmt::format("no {} named '{}'", what, site.name))
      .hint("'pgjinja validate' finds such names before a template runs");
}

void Vm::filter(Call& c, const CallSite& site) {
  Value* input = c.top - site.stack_size() - 1;
  if (sealed(*input) && site.filter->accepts == Accepts::PlainValues) {
    throw Error(ErrorKind::Binding,
                fmt::format("the filter '{}' would lose what {} {} stands for", site.name,
                            what(*input).starts_with("identifier") ? "an" : "a", what(*input)))
        .hint(fmt::format("apply '{}' before it", site.name));
  }
  if (!takes_undefined(site.name)) check_strict(*input, c.activation);
  const StackArguments arguments(site, input + 1);
  if (careful_) check_arguments(site.name, arguments.args());
  charge_operand(*input);
  Value result = call_foreign("filter", site.name, [&] {
    return changes_ ? apply(*site.filter, *input, arguments.args())
                    : site.filter->function(*input, arguments.args());
  });
  if (result.is_undefined()) result = by_policy(environment_.options.undefined, result);
  charge_result(result);
  for (std::size_t i = site.stack_size(); i > 0; --i) c.drop();
  *input = std::move(result);
}

void Vm::test(Call& c, const CallSite& site) {
  Value* input = c.top - site.stack_size() - 1;
  if (looks_into_value(site.name)) check_strict(*input, c.activation);
  const StackArguments arguments(site, input + 1);
  if (careful_ && changes_) check_extents(arguments.args());
  charge_operand(*input);
  const bool result =
      call_foreign("test", site.name, [&] { return (*site.test)(*input, arguments.args()); });
  for (std::size_t i = site.stack_size(); i > 0; --i) c.drop();
  *input = Value(result);
}

void Vm::call(Call& c, const CallSite& site) {
  Value* callee = c.top - site.stack_size() - 1;
  if (callee->is_undefined()) throw unknown_name(*callee, c.activation);
  const StackArguments arguments(site, callee + 1);
  Value result = call_value(*callee, site, arguments.args());
  for (std::size_t i = site.stack_size(); i > 0; --i) c.drop();
  *callee = std::move(result);
}

void Vm::call_method(Call& c, const CallSite& site) {
  Value* self = c.top - site.stack_size() - 1;
  const StackArguments arguments(site, self + 1);
  Value result;
  demand_defined(*self);
  if (has_method(*self, site.name)) {
    if (careful_) check_arguments(site.name, arguments.args());
    result = run_method(*self, site.name, arguments.args());
  } else if (const auto* loop = self->as<Loop>(); loop != nullptr && site.name == "cycle") {
    result = loop->cycle(arguments.args());
  } else if (loop != nullptr && site.name == "changed") {
    if (!loop->was_asked_for_changes()) namespaces_.push_back(*self);
    result = loop->changed(arguments.args());
  } else {
    const NameRef name{site.name, hash_text(site.name), Value::undefined(site.name)};
    const Value callee = attribute(*self, name);
    if (callee.is_undefined()) {
      throw Error(ErrorKind::Undefined,
                  fmt::format("{} has no method '{}'", what(*self), site.name));
    }
    result = call_value(callee, site, arguments.args());
  }
  charge_result(result);
  for (std::size_t i = site.stack_size(); i > 0; --i) c.drop();
  *self = std::move(result);
}

Value Vm::call_value(const Value& callee, const CallSite& site, const Args& args) {
  if (const auto* macro = callee.as<Macro>()) return call_macro(*macro, args);
  if (const auto* function = callee.as<Function>()) {
    Value result = call_foreign("function", function->name, [&] {
      return changes_ ? call_function(*function, args) : function->call(args);
    });
    charge_result(result);
    if (result.as<Namespace>() != nullptr) namespaces_.push_back(result);
    return result;
  }
  if (const auto* joiner = callee.as<Joiner>()) {
    args.allow("a joiner", 0, {});
    return joiner->call();
  }
  if (const auto* method = callee.as<BoundMethod>()) {
    if (careful_) check_arguments(method->name, args);
    Value result = run_method(method->self, method->name, args);
    charge_result(result);
    return result;
  }
  if (const auto* loop = callee.as<Loop>()) return call_loop(*loop, args);
  if (const auto* block = callee.as<BlockReference>()) return call_block(*block);
  throw Error(ErrorKind::Runtime,
              fmt::format("'{}' is {} and cannot be called", site.name, what(callee)));
}

// ---- macros -------------------------------------------------------------------------------------

Value Vm::new_cell(Value initial) {
  return cells_.emplace_back(Value::object<Cell>(std::move(initial)));
}

Value Vm::make_macro(Call& c, const Routine& routine) {
  std::vector<Value> cells;
  cells.reserve(routine.captures.size());
  for (const Routine::Capture& capture : routine.captures) {
    cells.push_back(c.frame[capture.outer_slot]);
  }
  return Value::object<Macro>(rendering_, c.activation, routine, std::move(cells));
}

Value Vm::call_macro(const Macro& macro, const Args& args) {
  if (macro.rendering != rendering_) {
    throw Error(ErrorKind::Runtime,
                fmt::format("the macro '{}' belongs to another rendering", macro.routine.name));
  }
  const DepthGuard guard(*this);
  const Routine& routine = macro.routine;
  const FrameStack::Frame frame(frames_, routine.slots + routine.max_stack);
  enter_macro(macro, frame.values());
  bind_arguments(macro, args, frame.values());
  begin_capture();
  out_->keep(macro.activation.shared_program());
  run_routine(macro.activation, routine, frame.values(), 0);
  return end_capture();
}

void Vm::enter_macro(const Macro& macro, Value* frame) const {
  for (std::size_t i = 0; i < macro.cells.size(); ++i) {
    frame[macro.routine.captures[i].inner_slot] = macro.cells[i];
  }
}

/// Puts each argument into its parameter's slot; the code of a default runs in the macro's frame,
/// when the parameters before it have their values.
void Vm::bind_arguments(const Macro& macro, const Args& args, Value* frame) {
  const Routine& routine = macro.routine;
  bind_extras(macro, args, frame);
  for (std::size_t i = 0; i < routine.params.size(); ++i) {
    const Routine::Param& param = routine.params[i];
    const Value* given = args.get(i, param.name);
    frame[param.slot] = fresh(
        given != nullptr ? *given : undefined_parameter(environment_.options.undefined, param.name),
        param.cell);
  }
  for (std::size_t i = 0; i < routine.params.size(); ++i) {
    const Routine::Param& param = routine.params[i];
    if (param.fallback == 0 || args.get(i, param.name) != nullptr) continue;
    run_routine(macro.activation, routine, frame, param.fallback);
  }
}

/// Arguments beyond the parameters go to `varargs`, `kwargs` and `caller`, or are refused.
void Vm::bind_extras(const Macro& macro, const Args& args, Value* frame) {
  const Routine& routine = macro.routine;
  const auto& [caller, varargs, kwargs] = routine.extras;
  const std::size_t taken = std::min(args.positional().size(), routine.params.size());
  const auto rest = args.positional().subspan(taken);
  if (!rest.empty() && !varargs) {
    throw Error(ErrorKind::Runtime,
                fmt::format("macro '{}' takes not more than {} argument(s), but got {}",
                            routine.name, routine.params.size(), args.positional().size()));
  }
  Value called_from =
      undefined_because(environment_.options.undefined, "caller", "No caller defined");
  Map more;
  for (const Args::Named& named : args.named()) {
    if (std::ranges::find(routine.params, named.first, &Routine::Param::name) !=
        routine.params.end()) {
      continue;
    }
    if (caller && named.first == "caller") {
      if (!named.second.is_null()) called_from = named.second;  // none is no caller, to Jinja2 too
    } else if (kwargs) {
      more.set(Value(named.first), named.second);
    } else {
      throw unknown_argument(routine, named.first);
    }
  }
  if (caller) frame[caller->slot] = fresh(std::move(called_from), caller->cell);
  if (varargs)
    frame[varargs->slot] = fresh(Value::tuple({rest.begin(), rest.end()}), varargs->cell);
  if (!kwargs) return;
  Value named(std::move(more));
  if (changes_) adopt(named);
  frame[kwargs->slot] = fresh(std::move(named), kwargs->cell);
}

Vm::DepthGuard::DepthGuard(Vm& vm) : vm_(vm) {
  const std::uint32_t most = vm.environment_.options.limits.call_depth;
  if (vm.depth_ >= most) {
    throw Error(ErrorKind::Limit,
                fmt::format("templates and macros call one another deeper than {} levels", most))
        .hint(
            "a template that includes or extends itself, or a macro that calls itself, needs an "
            "end");
  }
  ++vm.depth_;
}

}  // namespace pgjinja::jinja
