#include "jinja/compile/compiler.hpp"
#include "jinja/nearest.hpp"
#include "jinja/run/loop_counter.hpp"
#include "jinja/run/methods.hpp"
#include "jinja/run/missing_value.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace pgjinja::jinja {

using ast::Expr;
using ast::ExprKind;

void Compiler::expression(const Expr* expr) {
  at_ = expr->begin;
  switch (expr->kind) {
    case ExprKind::Text: return constant(Value(expr->text), expr);
    case ExprKind::Int: return constant(Value(expr->integer), expr);
    case ExprKind::Float: return constant(Value(expr->real), expr);
    case ExprKind::Bool: return constant(Value(expr->integer != 0), expr);
    case ExprKind::None: return constant(Value(), expr);
    case ExprKind::Name: return load(expr);
    case ExprKind::List: return build(Opcode::BuildList, expr, 1);
    case ExprKind::Tuple: return build(Opcode::BuildTuple, expr, 1);
    case ExprKind::Dict: return build(Opcode::BuildDict, expr, 2);
    case ExprKind::Concat: return concat(expr);
    case ExprKind::Attribute: return attribute(expr);
    case ExprKind::Item: return item(expr);
    case ExprKind::Slice: break;  // only inside Item
    case ExprKind::Call: return call(expr);
    case ExprKind::Filter: return filter(expr);
    case ExprKind::Test: return test(expr);
    case ExprKind::And: return short_circuit(expr, Opcode::JumpIfFalseElsePop);
    case ExprKind::Or: return short_circuit(expr, Opcode::JumpIfTrueElsePop);
    case ExprKind::Compare: return comparison(expr);
    case ExprKind::Condition: return inline_if(expr);
    case ExprKind::Negate:
    case ExprKind::Positive:
    case ExprKind::Not:
      expression(expr->a);
      at_ = expr->begin;
      emit(expr->kind == ExprKind::Not      ? Opcode::Not
           : expr->kind == ExprKind::Negate ? Opcode::Negate
                                            : Opcode::Positive);
      return;
    case ExprKind::Binary:
      expression(expr->a);
      expression(expr->b);
      at_ = expr->begin;
      emit(Opcode::Binary, static_cast<std::size_t>(expr->op));
      return;
  }
  // `x[1:2, 3]`: Python has slices inside tuples, but nothing that a template holds takes them.
  findings_.report(Error(ErrorKind::Syntax, "a slice stands alone inside its brackets")
                       .at(program_.source.place(expr->begin)));
  constant(Value(), expr);
}

void Compiler::constant(Value value, const Expr* expr) {
  at_ = expr->begin;
  program_.constants.push_back(std::move(value));
  emit(Opcode::Const, program_.constants.size() - 1);
}

void Compiler::load(const Expr* expr) {
  if (const Local* local = find_local(expr->text)) {
    emit(local->cell ? Opcode::LoadCell : Opcode::LoadLocal, local->slot);
  } else if (expr->text == "self") {
    emit(Opcode::LoadSelf);
  } else if (expr->text == "super" && unit_->in_block) {
    emit(Opcode::LoadSuper);
  } else {
    emit(Opcode::LoadName, name_index(expr->text));
  }
}

void Compiler::attribute(const Expr* expr) {
  const Local* local = expr->a->kind == ExprKind::Name ? find_local(expr->a->text) : nullptr;
  const auto counter = local != nullptr && local->loop ? loop_counter(expr->text) : std::nullopt;
  if (counter) {
    at_ = expr->begin;
    emit(Opcode::LoopCounter, static_cast<std::size_t>(*counter), local->slot);
    return;
  }
  expression(expr->a);
  at_ = expr->begin;
  if (changes_self(expr->text)) program_.changes = true;
  emit(Opcode::Attribute, name_index(expr->text));
}

/// A name that is looked up while rendering.
bool Compiler::is_context_name(const Expr* expr) {
  if (expr->kind != ExprKind::Name || find_local(expr->text) != nullptr) return false;
  return expr->text != "self" && !(expr->text == "super" && unit_->in_block);
}

void Compiler::build(Opcode op, const Expr* expr, std::uint32_t per_element) {
  for (const Expr* item : expr->items) expression(item);
  at_ = expr->begin;
  emit(op, expr->items.size() / per_element);
}

void Compiler::concat(const Expr* expr) {
  for (const Expr* item : expr->items) expression(item);
  at_ = expr->begin;
  const std::uint32_t site = new_site(expr->start, expr->end, written(expr));
  emit(Opcode::Concat, site, expr->items.size());
}

void Compiler::item(const Expr* expr) {
  expression(expr->a);
  if (expr->b->kind != ExprKind::Slice) {
    expression(expr->b);
    at_ = expr->begin;
    emit(Opcode::Item);
    return;
  }
  for (const Expr* part : {expr->b->a, expr->b->b, expr->b->c}) {
    if (part == nullptr) {
      constant(Value(), expr);
    } else {
      expression(part);
    }
  }
  at_ = expr->begin;
  emit(Opcode::Slice);
}

void Compiler::short_circuit(const Expr* expr, Opcode op) {
  expression(expr->a);
  const std::size_t done = emit(op);
  expression(expr->b);
  patch(done);
}

void Compiler::inline_if(const Expr* expr) {
  const Conditional conditional(*this);
  Jumps otherwise(&memory_);
  condition(expr->b, otherwise);
  expression(expr->a);
  const std::size_t done = emit(Opcode::Jump);
  for (const std::size_t jump : otherwise) patch(jump);
  if (expr->c == nullptr) {
    constant(Value::undefined(kNoElse), expr);
  } else {
    expression(expr->c);
  }
  patch(done);
}

/// `a < b < c` evaluates b once and stops at the first false comparison.
void Compiler::comparison(const Expr* expr) {
  expression(expr->a);
  std::vector<std::size_t> done;
  for (std::size_t i = 0; i < expr->comparisons.size(); ++i) {
    const ast::Comparison& step = expr->comparisons[i];
    expression(step.right);
    at_ = expr->begin;
    const auto op = static_cast<std::size_t>(step.op);
    if (i + 1 == expr->comparisons.size()) {
      emit(Opcode::Compare, op);
    } else {
      emit(Opcode::CompareKeep, op);
      done.push_back(emit(Opcode::ChainNext));
    }
  }
  for (const std::size_t jump : done) patch(jump);
}

/// Pushes the arguments: positional ones, keyword values, `*` and `**`. Gives the call site. The
/// routine `caller` of a call block goes in as one more keyword.
std::uint32_t Compiler::arguments(const Expr* expr, std::string_view name,
                                  std::optional<std::uint32_t> caller) {
  CallSite site;
  site.name = name;
  site.positional = small(expr->args.positional.size(), "arguments");
  for (std::size_t i = 0; i < expr->args.positional.size(); ++i) {
    const Expr* argument = expr->args.positional[i];
    if (i < 32 && argument->kind == ExprKind::Text) site.literals.positional |= 1U << i;
    expression(argument);
  }
  for (const ast::Keyword& keyword : expr->args.keywords) {
    const std::size_t i = site.keywords.size();
    if (i < 32 && keyword.value->kind == ExprKind::Text) site.literals.named |= 1U << i;
    site.keywords.push_back(keyword.name);
    expression(keyword.value);
  }
  if (caller) {
    site.keywords.emplace_back("caller");
    emit(Opcode::MakeMacro, *caller);
  }
  if (expr->args.star != nullptr) expression(expr->args.star);
  if (expr->args.double_star != nullptr) expression(expr->args.double_star);
  site.star = expr->args.star != nullptr;
  site.double_star = expr->args.double_star != nullptr;
  program_.calls.push_back(std::move(site));
  at_ = expr->begin;
  return static_cast<std::uint32_t>(program_.calls.size() - 1);
}

/// A filter or test that there is not. Right inside an if it is an error only where it is used, as
/// in Jinja2: a template may ask first what it can rely on. What lists all errors lists it anyway.
void Compiler::unknown_callee(std::string_view what, const Expr* expr, std::uint32_t site,
                              const std::vector<std::string>& known) {
  const bool conditional = unit_->conditional == unit_->scopes.size();
  if (conditional && !findings_.collects()) {
    emit(Opcode::UnknownCallee, site);
    return;
  }
  Error error(ErrorKind::Syntax, fmt::format("no {} named '{}'", what, expr->text));
  error.at(program_.source.place(expr->begin, expr->text.size()));
  if (const std::string near = nearest(expr->text, known); !near.empty()) {
    error.hint(fmt::format("did you mean '{}'?", near));
  }
  findings_.report(std::move(error));
}

namespace {

template <class Registry>
std::vector<std::string> names_of(const Registry& registry) {
  std::vector<std::string> names;
  names.reserve(registry.size());
  for (const auto& [name, unused] : registry) names.push_back(name);
  return names;
}

}  // namespace

void Compiler::filter(const Expr* expr) {
  if (expr->a != nullptr) expression(expr->a);
  const std::uint32_t index = arguments(expr, expr->text);
  if (expr->text == "attr") program_.changes = true;  // it may name such a method
  const auto found = environment_.filters.find(expr->text);
  if (found == environment_.filters.end()) {
    unknown_callee("filter", expr, index, names_of(environment_.filters));
  } else {
    program_.calls[index].filter = &found->second;
  }
  emit(Opcode::Filter, index);
}

void Compiler::test(const Expr* expr) {
  expression(expr->a);
  const std::uint32_t index = arguments(expr, expr->text);
  const auto found = environment_.tests.find(expr->text);
  if (found == environment_.tests.end()) {
    unknown_callee("test", expr, index, names_of(environment_.tests));
  } else {
    program_.calls[index].test = &found->second;
  }
  emit(Opcode::Test, index);
}

void Compiler::call(const Expr* expr, std::optional<std::uint32_t> caller) {
  const Expr* callee = expr->a;
  if (callee->kind == ExprKind::Attribute) {
    expression(callee->a);
    if (changes_self(callee->text)) program_.changes = true;
    emit(Opcode::CallMethod, arguments(expr, callee->text, caller));
    return;
  }
  expression(callee);
  const std::string_view name = callee->kind == ExprKind::Name ? callee->text : "value";
  emit(Opcode::Call, arguments(expr, name, caller));
}

}  // namespace pgjinja::jinja
