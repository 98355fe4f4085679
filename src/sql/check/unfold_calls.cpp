#include "jinja/compile/symbols.hpp"
#include "jinja/run/methods.hpp"
#include "jinja/run/objects.hpp"
#include "sql/check/unfolding.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::sql {

using jinja::ast::ExprKind;
using Kind = Symbolic::Kind;

namespace {

Sym failure() {
  return std::make_shared<const Symbolic>(Symbolic{.kind = Kind::Failure, .fragment = failed()});
}

/// Of the others such a name is a block, a macro, or nothing.
bool may_change(Kind kind) {
  return kind != Kind::Self && kind != Kind::Loop && kind != Kind::Module &&
         kind != Kind::Namespace && kind != Kind::Block;
}

}  // namespace

Sym Unfolding::macro_of(const Stmt& stmt, const Frame& f) {
  return std::make_shared<const Symbolic>(Symbolic{.kind = Kind::Macro,
                                                   .of = &f.of,
                                                   .stmt = &stmt,
                                                   .scope = f.scope,
                                                   .chain = f.chain,
                                                   .block = f.block,
                                                   .depth = f.depth});
}

Sym Unfolding::call(const Expr& expr, Frame& f, const Sym& caller) {
  const Expr& callee = *expr.a;
  Given given;
  if (callee.kind == ExprKind::Attribute) {
    const Sym object = eval(*callee.a, f);
    if (may_change(object->kind) && jinja::changes_self(callee.text)) ++changes_;
    given = arguments(expr, f);
    if (caller != nullptr) given.named.emplace_back("caller", caller);
    return call_method(object, callee.text, given, f, expr);
  }
  const Sym value = eval(callee, f);
  given = arguments(expr, f);
  if (caller != nullptr) given.named.emplace_back("caller", caller);
  return call_value(value, given, f, expr);
}

Sym Unfolding::call_method(const Sym& object, std::string_view name, const Given& given, Frame& f,
                           const Expr& expr) {
  switch (object->kind) {
    case Kind::Self: return fragment(block_body(name, 0, f.chain->top, f.chain));
    case Kind::Loop:
      if (name == "changed") return question(fmt::format("loop.changed{}", next_number()), {});
      if (name == "cycle" && object->round.first == true && !given.positional.empty()) {
        return given.positional.front();
      }
      return name == "cycle" ? computed("loop.cycle", given.positional) : failure();
    case Kind::Module:
    case Kind::Namespace:
    case Kind::Block: return call_value(attribute(object, name), given, f, expr);
    case Kind::Choice: {
      const Memory before = remember(f);
      const Sym yes = call_method(object->items[0], name, given, f, expr);
      const Memory after = remember(f);
      restore(before, f);
      const Sym no = call_method(object->items[1], name, given, f, expr);
      const Sym asked = choice(object->atom, constant(Value(true)), constant(Value(false)));
      merge(asked, after, remember(f), f);
      return select(asked, yes, no);
    }
    case Kind::Undefined: return failure();
    case Kind::Failure:
    case Kind::Opaque: return object;
    case Kind::Data: {
      std::vector<Sym> parts = {object};
      parts.insert(parts.end(), given.positional.begin(), given.positional.end());
      Symbolic made = *computed(fmt::format(".{}()", name), parts);
      const bool keeps = name == "items" || name == "keys" || name == "values";
      if (keeps && made.kind == Kind::Data) made.count_key = object->count_key;
      return std::make_shared<const Symbolic>(std::move(made));
    }
    default: {
      std::vector<Sym> parts = {object};
      parts.insert(parts.end(), given.positional.begin(), given.positional.end());
      return computed(fmt::format(".{}()", name), parts);
    }
  }
}

Sym Unfolding::call_value(const Sym& callee, const Given& given, Frame& f, const Expr& expr) {
  switch (callee->kind) {
    case Kind::Macro: return call_macro(callee, given, f, expr);
    case Kind::Function: return call_function(callee, given);
    case Kind::Joiner: return call_joiner(callee);
    case Kind::Block:
      return fragment(block_body(callee->block, callee->depth, callee->scope, callee->chain));
    case Kind::Loop: {
      const Sym items = given.get(0, "iterable");
      if (callee->stmt == nullptr || items == nullptr) return failure();
      Frame inner{*callee->of, callee->scope, callee->chain};
      return fragment(loop_over(*callee->stmt, items, inner, callee));
    }
    case Kind::Choice: {
      const Memory before = remember(f);
      const Sym yes = call_value(callee->items[0], given, f, expr);
      const Memory after = remember(f);
      restore(before, f);
      const Sym no = call_value(callee->items[1], given, f, expr);
      const Sym asked = choice(callee->atom, constant(Value(true)), constant(Value(false)));
      merge(asked, after, remember(f), f);
      return select(asked, yes, no);
    }
    case Kind::Failure:
    case Kind::Opaque: return callee;
    default: return failure();
  }
}

Sym Unfolding::call_function(const Sym& function, const Given& given) {
  if (function->key == "namespace") {
    const int id = next_number();
    auto& attributes = heap_[id];
    for (const auto& [name, value] : given.named) attributes[std::string(name)] = value;
    if (given.spread || !given.positional.empty()) return opaque("a namespace made of a map");
    return std::make_shared<const Symbolic>(Symbolic{.kind = Kind::Namespace, .id = id});
  }
  if (function->key == "joiner") {
    Given named = given;
    if (named.get(0, "sep") == nullptr) {
      named.positional.push_back(constant(Value(", ")));
      named.literals.positional |= 1U;
    }
    if (named.positional.empty()) named.positional.push_back(named.get(0, "sep"));
    const SkeletonPtr text = separator(named);
    if (text == nullptr) return failure();
    const int id = next_number();
    heap_[id]["used"] = constant(Value(false));
    return std::make_shared<const Symbolic>(
        Symbolic{.kind = Kind::Joiner, .fragment = text, .id = id});
  }
  if (function->key == "cycler") return opaque("a cycler");
  std::vector<Sym> parts = given.positional;
  for (const auto& [name, value] : given.named) parts.push_back(value);
  return computed(fmt::format("{}()", function->key), parts);
}

Sym Unfolding::call_joiner(const Sym& joiner) {
  Sym& used = heap_[joiner->id]["used"];
  const Sym before = std::exchange(used, constant(Value(true)));
  Sym condition = truth(before);
  if (condition->kind != Kind::Constant && condition->kind != Kind::Choice) return condition;
  return select(condition, fragment(joiner->fragment), fragment(sequence({})));
}

Sym Unfolding::call_macro(const Sym& macro, const Given& given, Frame& f, const Expr& expr) {
  const jinja::PrintSite site = site_;
  const Step step(*this, f.of.place_of(expr), "called from");
  SkeletonPtr made = guarded(macro->stmt, f.of.place_of(expr), [&]() -> SkeletonPtr {
    Frame inner{*macro->of, new_scope(macro->scope), macro->chain, macro->block, macro->depth};
    if (!bind(macro, given, inner)) return failed();
    inner.scope = new_scope(inner.scope);
    Out out;
    body(macro->stmt->body, inner, out);
    return sequence(std::move(out));
  });
  site_ = site;
  return fragment(std::move(made));
}

/// Gives the parameters their values; false if a rendering refuses the call.
bool Unfolding::bind(const Sym& macro, const Given& given, Frame& inner) {
  const Stmt& stmt = *macro->stmt;
  auto& names = inner.scope->names;
  std::map<std::string_view, bool> extras;
  const jinja::Symbols symbols = jinja::Symbols::of_macro(stmt);
  for (const jinja::Symbol& symbol : symbols.all()) {
    if (symbol.extra) extras[symbol.name] = true;
  }
  const std::size_t count = stmt.params.size();
  if (given.positional.size() > count && !extras.contains("varargs")) return false;
  std::vector<Sym> rest;
  for (std::size_t i = count; i < given.positional.size(); ++i) rest.push_back(given.positional[i]);
  if (extras.contains("varargs")) names["varargs"] = all_of(std::move(rest));
  if (extras.contains("kwargs")) names["kwargs"] = computed("kwargs", {});
  if (extras.contains("caller")) names["caller"] = undefined("caller");
  for (const auto& [name, value] : given.named) {
    const bool known = std::ranges::count(stmt.params, name, &jinja::ast::Param::name) > 0;
    if (known) continue;
    if (name == "caller" && extras.contains("caller")) {
      names["caller"] = value;
    } else if (!extras.contains("kwargs")) {
      return false;
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const jinja::ast::Param& param = stmt.params[i];
    Sym value = given.get(i, param.name);
    if (value == nullptr && given.spread) value = computed("argument", {});
    if (value == nullptr) value = undefined(param.name);
    names[param.name] = value;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const jinja::ast::Param& param = stmt.params[i];
    if (param.fallback == nullptr || given.spread || given.get(i, param.name) != nullptr) continue;
    names[param.name] = eval(*param.fallback, inner);
  }
  return true;
}

}  // namespace pgjinja::sql
