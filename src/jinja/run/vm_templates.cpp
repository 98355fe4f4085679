#include "jinja/run/missing_value.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/text_form.hpp"
#include "jinja/run/undefined_values.hpp"
#include "jinja/run/vm.hpp"

#include <pgjinja/core/error.hpp>

#include <fmt/format.h>

// What the dispatch loop calls for other templates: include, import, inheritance.

namespace pgjinja::jinja {

namespace {

std::string_view what(const Value& v) {
  return v.is_object() ? v.as_object().type_name() : kind_name(v.kind());
}

}  // namespace

[[gnu::hot]] Activation& Vm::activate(const std::shared_ptr<const Program>& program,
                                      const Context* context, const Activation* outer,
                                      Locals locals) {
  out_->keep(program);
  Activation& activation = new_activation(program, context, outer, std::move(locals));
  if (!program->blocks.empty() || program->extends) activation.begin(new_lineage(program));
  return activation;
}

[[gnu::hot]] void Vm::run_program(Activation& activation) {
  const Routine& routine = activation.program().routines.front();
  const FrameStack::Frame frame(frames_, routine.slots + routine.max_stack);
  run_routine(activation, routine, frame.values(), 0);
}

Lineage& Vm::new_lineage(const std::shared_ptr<const Program>& program) {
  return *lineages_.emplace_back(std::make_shared<Lineage>(program));
}

/// The locals that another template sees, as they are now; those without a value are not there.
Vm::Locals Vm::visible_locals(const Call& call, std::size_t index) const {
  Locals locals;
  for (const VisibleLocal& local : call.program.visible[index]) {
    const Value& slot = call.frame[local.slot];
    locals.emplace_back(local.name,
                        local.cell ? static_cast<const Cell&>(slot.as_object()).value : slot);
  }
  return locals;
}

// ---- include and import -------------------------------------------------------------------------

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
  run_program(activate(program, nullptr, with_context ? &c.activation : nullptr,
                       visible_locals(c, in.count)));
}

void Vm::import(Call& c, const Instruction& in) {
  const auto program = find_included(*(c.top - 1), false);
  const DepthGuard guard(*this);
  if ((in.operand & kWithContext) != 0) {
    *(c.top - 1) = module(program, &c.activation, visible_locals(c, in.count));
    return;
  }
  for (const auto& [known, value] : modules_) {
    if (known == program.get()) {
      *(c.top - 1) = value;
      return;
    }
  }
  // The rendering keeps the program alive, so its address is a name for it.
  modules_.emplace_back(program.get(), module(program, nullptr, {}));
  *(c.top - 1) = modules_.back().second;
}

Value Vm::module(const std::shared_ptr<const Program>& program, const Activation* outer,
                 Locals locals) {
  out_->keep(program);  // its macros may print after it has been captured
  begin_capture();
  Activation& activation = activate(program, nullptr, outer, std::move(locals));
  if (activation.lineage() == nullptr) activation.begin(new_lineage(program));
  run_program(activation);
  return Value::object<Module>(take_capture(), activation.lineage()->exported(), program);
}

/// What a module does not export is undefined, and only its use is an error.
void Vm::import_name(Call& c, const Instruction& in) {
  const NameRef& name = c.program.names[in.operand];
  const auto& from = static_cast<const Module&>((c.top - 1)->as_object());
  const std::optional<Value> found = from.attribute(name.text);
  c.push(found ? *found : not_exported(c, from, in));
}

Value Vm::not_exported(const Call& c, const Module& from, const Instruction& in) const {
  const std::string_view name = c.program.names[in.operand].text;
  const UndefinedPolicy policy = environment_.options.undefined;
  if (policy != UndefinedPolicy::Debug) return undefined_name(policy, name);
  const Source& here = c.program.source;
  const auto index = static_cast<std::size_t>(&in - c.routine.code.data());
  // A text that was given without a name has none to be told.
  const std::string whence = here.name.starts_with('<') ? "" : " in " + repr(Value(here.name));
  return undefined_because(
      policy, name,
      fmt::format("the template {} (imported on line {}{}) does not export the requested name {}",
                  repr(Value(from.template_name())), here.place(c.routine.offsets[index]).line,
                  whence, repr(Value(name))));
}

// ---- inheritance --------------------------------------------------------------------------------

Value Vm::super(Activation& activation) const {
  Value found = super_block(rendering_, activation);
  if (!found.is_undefined()) return found;
  return undefined_because(
      environment_.options.undefined, kNoParent,
      fmt::format("there is no parent block called {}.", repr(Value(activation.block().name))));
}

void Vm::extends(Call& c) {
  const Value name = c.pop();
  Lineage& lineage = *c.activation.lineage();
  if (lineage.parent != nullptr) {
    throw Error(ErrorKind::Runtime, "the template extends a second one")
        .hint("one extends is all that a template can have: choose the parent with an expression");
  }
  demand_defined(name);
  if (!name.is_text()) {
    throw Error(ErrorKind::Runtime, fmt::format("a template's name is a text, not {}", what(name)));
  }
  lineage.parent = environment_.program(name.as_text());
  out_->keep(lineage.parent);
  lineage.inherit(lineage.parent);
}

void Vm::render_parent(Call& c) {
  Lineage& lineage = *c.activation.lineage();
  const std::shared_ptr<const Program> parent = std::exchange(lineage.parent, nullptr);
  if (parent == nullptr) return;
  const DepthGuard guard(*this);
  Activation& activation = new_activation(parent, nullptr, &c.activation, Locals{});
  activation.share(lineage);
  run_program(activation);
}

void Vm::block(Call& c, const BlockSite& site) {
  if (site.required && c.activation.lineage()->definition(site.name, 1) == nullptr) {
    throw Error(ErrorKind::Runtime, fmt::format("the required block '{}' is not given", site.name))
        .hint(fmt::format("give it in a template that extends this one: {{% block {} %}}",
                          site.name));
  }
  const bool scoped = site.visible != BlockSite::kNotScoped;
  run_block(c.activation, site.name, 0, scoped ? visible_locals(c, site.visible) : Locals{});
}

void Vm::run_block(Activation& context, std::string_view name, std::uint32_t depth, Locals locals) {
  const DepthGuard guard(*this);
  const Lineage::Definition block = *context.lineage()->definition(name, depth);
  Activation& activation = new_activation(block.program, nullptr, &context, std::move(locals));
  activation.share(*context.lineage());
  activation.run_block({name, depth});
  out_->keep(block.program);
  const FrameStack::Frame frame(frames_, block.routine->slots + block.routine->max_stack);
  run_routine(activation, *block.routine, frame.values(), 0);
}

/// `super()` and `self.name()`.
Value Vm::call_block(const BlockReference& block) {
  if (block.rendering != rendering_) {
    throw Error(ErrorKind::Runtime,
                fmt::format("the block '{}' belongs to another rendering", block.name));
  }
  begin_capture();
  run_block(block.activation, block.name, block.depth, {});
  return end_capture();
}

}  // namespace pgjinja::jinja
