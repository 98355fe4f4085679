#include "jinja/nearest.hpp"
#include "jinja/run/arguments.hpp"
#include "jinja/run/methods.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/text_form.hpp"
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

}  // namespace

Error Vm::unknown_name(const Value& value, const Activation& activation) const {
  const std::string_view name = value.undefined_name();
  Error error(ErrorKind::Undefined, fmt::format("'{}' is undefined", name));
  const std::string near = nearest(name, activation.known_names());
  if (!near.empty()) {
    error.hint(fmt::format("did you mean '{}'?", near));
  } else {
    error.hint("pass it, or write " + environment_.options.delimiters.print(
                                          fmt::format("{} | default(...)", name)));
  }
  return error;
}

/// StrictUndefined: neither its truth nor a comparison of it is known.
void Vm::check_strict(const Value& value, const Activation& activation) const {
  if (!value.is_undefined() || environment_.options.undefined != UndefinedPolicy::Strict) return;
  throw unknown_name(value, activation);
}

// ---- loops and building -------------------------------------------------------------------------

void Vm::loop_begin(Call& c, std::uint32_t slot) {
  const Value iterable = c.pop();
  if (iterable.is_undefined() && environment_.options.undefined != UndefinedPolicy::Default) {
    throw unknown_name(iterable, c.activation);
  }
  std::vector<Value> items = iterate(iterable);
  charge(items.size());
  c.frame[slot] = Value::object<Loop>(std::move(items), iterable);
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
}

void Vm::build_dict(Call& c, std::uint32_t count) {
  Map map;
  Value* first = c.top - 2 * static_cast<std::ptrdiff_t>(count);
  for (std::uint32_t i = 0; i < count; ++i) map.set(first[2 * i], first[2 * i + 1]);
  for (std::uint32_t i = 0; i < 2 * count; ++i) c.drop();
  c.push(Value(std::move(map)));
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
  } else {
    std::string text;
    for (std::uint32_t i = 0; i < count; ++i) {
      const bool printable = environment_.options.undefined == UndefinedPolicy::Default;
      if (!printable && first[i].is_undefined()) throw unknown_name(first[i], c.activation);
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
  demand_defined(object);
  if (object.is_object()) {
    if (auto found = object.as_object().attribute(name.text)) return std::move(*found);
    return name.undefined;
  }
  if (has_method(object, name.text)) return Value::object<BoundMethod>(object, name.text);
  if (object.is_map()) {
    if (const Value* found = object.as_map().find(name.text, name.hash)) return *found;
  }
  return name.undefined;
}

// ---- filters, tests, calls ----------------------------------------------------------------------

void Vm::filter(Call& c, const CallSite& site) {
  Value* input = c.top - site.stack_size() - 1;
  if (sealed(*input) && site.filter->accepts == Accepts::PlainValues) {
    throw Error(ErrorKind::Binding,
                fmt::format("the filter '{}' would lose what {} {} stands for", site.name,
                            what(*input).starts_with("identifier") ? "an" : "a", what(*input)))
        .hint(fmt::format("apply '{}' before it", site.name));
  }
  if (site.name != "default" && site.name != "d") check_strict(*input, c.activation);
  const StackArguments arguments(site, input + 1);
  Value result = site.filter->function(*input, arguments.args());
  charge_result(result);
  for (std::size_t i = site.stack_size(); i > 0; --i) c.drop();
  *input = std::move(result);
}

void Vm::test(Call& c, const CallSite& site) {
  Value* input = c.top - site.stack_size() - 1;
  static constexpr std::array kLooking = {"eq", "equalto",  "ge",   "greaterthan", "gt",
                                          "in", "iterable", "le",   "lessthan",    "lower",
                                          "lt", "ne",       "upper"};
  if (input->is_undefined() &&
      std::find(kLooking.begin(), kLooking.end(), site.name) != kLooking.end()) {
    check_strict(*input, c.activation);
  }
  const StackArguments arguments(site, input + 1);
  const bool result = (*site.test)(*input, arguments.args());
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
    result = pgjinja::jinja::call_method(*self, site.name, arguments.args());
  } else if (const auto* loop = self->as<Loop>(); loop != nullptr && site.name == "cycle") {
    result = loop->cycle(arguments.args());
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
    Value result = function->call(args);
    charge_result(result);
    return result;
  }
  if (const auto* method = callee.as<BoundMethod>()) {
    return pgjinja::jinja::call_method(method->self, method->name, args);
  }
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
  for (std::size_t i = 0; i < macro.cells.size(); ++i) {
    frame.values()[routine.captures[i].inner_slot] = macro.cells[i];
  }
  bind_arguments(macro, args, frame.values());
  begin_capture();
  out_->keep(macro.activation.shared_program());
  run_routine(macro.activation, routine, frame.values(), 0);
  return end_capture();
}

/// Puts each argument into its parameter's slot; the code of a default runs in the macro's frame,
/// when the parameters before it have their values.
void Vm::bind_arguments(const Macro& macro, const Args& args, Value* frame) {
  const Routine& routine = macro.routine;
  if (args.positional().size() > routine.params.size()) {
    throw Error(ErrorKind::Runtime,
                fmt::format("macro '{}' takes not more than {} argument(s), but got {}",
                            routine.name, routine.params.size(), args.positional().size()));
  }
  for (const Args::Named& named : args.named()) {
    bool known = false;
    for (const Routine::Param& param : routine.params) known = known || param.name == named.first;
    if (!known) {
      throw Error(ErrorKind::Runtime,
                  fmt::format("macro '{}' takes no argument '{}'", routine.name, named.first));
    }
  }
  for (std::size_t i = 0; i < routine.params.size(); ++i) {
    const Routine::Param& param = routine.params[i];
    const Value* given = args.get(i, param.name);
    Value value = given != nullptr ? *given : Value::undefined(param.name);
    frame[param.slot] = param.cell ? new_cell(std::move(value)) : std::move(value);
  }
  for (std::size_t i = 0; i < routine.params.size(); ++i) {
    const Routine::Param& param = routine.params[i];
    if (param.fallback == 0 || args.get(i, param.name) != nullptr) continue;
    run_routine(macro.activation, routine, frame, param.fallback);
  }
}

// ---- includes -----------------------------------------------------------------------------------

std::shared_ptr<const Program> Vm::find_included(const Value& names, bool ignore_missing) const {
  demand_defined(names);
  if (names.is_text() && !ignore_missing) return environment_.program(names.as_text());
  const std::vector<Value> candidates =
      names.is_text() ? std::vector<Value>{names} : iterate(names);
  std::string tried;
  for (const Value& name : candidates) {
    if (!name.is_text()) {
      throw Error(ErrorKind::Runtime,
                  fmt::format("a template's name is a text, not {}", what(name)));
    }
    if (auto program = environment_.find_program(name.as_text())) return program;
    tried += fmt::format("{}'{}'", tried.empty() ? "" : ", ", name.as_text());
  }
  if (ignore_missing) return nullptr;
  throw Error(ErrorKind::NotFound, fmt::format("none of the templates {} was found", tried));
}

void Vm::include(Call& c, const Instruction& in) {
  const Value names = c.pop();
  const bool with_context = (in.operand & kWithContext) != 0;
  const auto program = find_included(names, (in.operand & kIgnoreMissing) != 0);
  if (program == nullptr) return;
  const DepthGuard guard(*this);
  std::vector<std::pair<std::string_view, Value>> locals;
  for (const VisibleLocal& local : c.program.visible[in.count]) {
    const Value& slot = c.frame[local.slot];
    locals.emplace_back(local.name,
                        local.cell ? static_cast<const Cell&>(slot.as_object()).value : slot);
  }
  out_->keep(program);
  Activation& activation =
      activations_.emplace_back(program, nullptr, environment_.globals,
                                with_context ? &c.activation : nullptr, std::move(locals));
  const Routine& routine = program->routines.front();
  const FrameStack::Frame frame(frames_, routine.slots + routine.max_stack);
  run_routine(activation, routine, frame.values(), 0);
}

Vm::DepthGuard::DepthGuard(Vm& vm) : vm_(vm) {
  const std::uint32_t most = vm.environment_.options.limits.call_depth;
  if (vm.depth_ >= most) {
    throw Error(ErrorKind::Limit,
                fmt::format("macros and includes are nested deeper than {} levels", most))
        .hint("a template that includes itself, or a macro that calls itself, needs an end");
  }
  ++vm.depth_;
}

}  // namespace pgjinja::jinja
