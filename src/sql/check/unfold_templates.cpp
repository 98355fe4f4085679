#include "sql/check/unfolding.hpp"

#include <algorithm>
#include <utility>

namespace pgjinja::sql {

using jinja::ast::StmtKind;
using Kind = Symbolic::Kind;

// ---- inheritance --------------------------------------------------------------------------------

void Unfolding::add_blocks(Body statements, const jinja::ParsedTemplate& of, Chain& chain) {
  for (const Stmt* stmt : statements) {
    if (stmt->kind == StmtKind::Block) chain.blocks[stmt->text].push_back({&of, stmt});
    add_blocks(stmt->body, of, chain);
    add_blocks(stmt->other, of, chain);
  }
}

SkeletonPtr Unfolding::template_body(const jinja::ParsedTemplate& parsed, ScopePtr top,
                                     ChainPtr chain) {
  if (!parsed.errors.empty()) {
    return unknown("a template that does not parse", parsed.place(0, 1));
  }
  return guarded(&parsed, parsed.place(0, 1), [&] {
    Frame f{parsed, std::move(top), std::move(chain)};
    site_.source = &parsed.source;
    Out out;
    body(parsed.body, f, out);
    if (f.parent != nullptr) out.push_back(parent_body(f.parent, f));
    return sequence(std::move(out));
  });
}

SkeletonPtr Unfolding::parent_body(const Sym& name, const Frame& f) {
  if (name->kind == Kind::Choice) {
    const SkeletonPtr yes = parent_body(name->items[0], f);
    const SkeletonPtr no = parent_body(name->items[1], f);
    const Sym asked = choice(name->atom, constant(Value(true)), constant(Value(false)));
    return branch(asked, yes, no, f.of.place(0, 1), false);
  }
  bool known = true;
  const jinja::ParsedTemplate* parent = first_of(name, known);
  if (!known) return unknown("a parent that a value chooses", f.of.place(0, 1));
  if (parent == nullptr) return failed();
  Chain chain = *f.chain;
  add_blocks(parent->body, *parent, chain);
  // The parent's top works on the names that the child has set, as they share one context.
  const auto names = f.scope->names;
  const Step step(*this, f.extends_at, "extended by");
  SkeletonPtr body =
      template_body(*parent, f.scope, std::make_shared<const Chain>(std::move(chain)));
  f.scope->names = names;
  return body;
}

void Unfolding::block(const Stmt& stmt, Frame& f, Out& out) {
  const auto definitions = f.chain->blocks.find(stmt.text);
  const bool given = definitions != f.chain->blocks.end() && definitions->second.size() > 1;
  if (stmt.required && !given) {
    // A template that is there to be extended is not rendered by itself.
    out.push_back(failed());
    return;
  }
  const Step step(*this, f.of.place_of(stmt), "block placed at");
  out.push_back(block_body(stmt.text, 0, stmt.scoped ? f.scope : f.chain->top, f.chain));
}

SkeletonPtr Unfolding::block_body(std::string_view name, std::size_t depth, const ScopePtr& scope,
                                  const ChainPtr& chain) {
  const auto found = chain->blocks.find(name);
  if (found == chain->blocks.end() || depth >= found->second.size()) return failed();
  const Chain::Definition& definition = found->second[depth];
  return guarded(definition.block, definition.of->place_of(*definition.block), [&] {
    Frame f{*definition.of, new_scope(scope), chain, name, depth};
    Out out;
    body(definition.block->body, f, out);
    return sequence(std::move(out));
  });
}

// ---- include and import -------------------------------------------------------------------------

/// The template that a name, or the first of several, stands for; `known` is false when only a
/// rendering tells.
const jinja::ParsedTemplate* Unfolding::first_of(const Sym& names, bool& known) {
  std::vector<Sym> candidates = {names};
  if (names->kind == Kind::Items) candidates = names->items;
  if (names->kind == Kind::Constant && names->constant.is_list()) {
    candidates.clear();
    for (const Value& each : names->constant.as_list()) candidates.push_back(constant(each));
  }
  for (const Sym& candidate : candidates) {
    known = candidate->kind == Kind::Constant && candidate->constant.is_text();
    if (!known) return nullptr;
    if (const auto* found = library_.find(candidate->constant.as_text())) return found;
  }
  return nullptr;
}

void Unfolding::include(const Stmt& stmt, Frame& f, Out& out) {
  out.push_back(included(stmt, eval(*stmt.value, f), f));
}

SkeletonPtr Unfolding::included(const Stmt& stmt, const Sym& name, Frame& f) {
  if (name->kind == Kind::Choice) {
    const SkeletonPtr yes = included(stmt, name->items[0], f);
    const SkeletonPtr no = included(stmt, name->items[1], f);
    const Sym asked = choice(name->atom, constant(Value(true)), constant(Value(false)));
    return branch(asked, yes, no, f.of.place_of(stmt), false);
  }
  bool known = true;
  const jinja::ParsedTemplate* found = first_of(name, known);
  if (!known) return unknown("an include that a value chooses", f.of.place_of(stmt));
  if (found == nullptr) return stmt.ignore_missing ? sequence({}) : failed();
  const auto top = new_scope(stmt.with_context ? f.scope : ScopePtr());
  Chain chain;
  add_blocks(found->body, *found, chain);
  chain.top = top;
  const Step step(*this, f.of.place_of(stmt), "included from");
  return template_body(*found, top, std::make_shared<const Chain>(std::move(chain)));
}

Sym Unfolding::module(const Stmt& stmt, Frame& f) {
  return module_named(stmt, eval(*stmt.value, f), f);
}

Sym Unfolding::module_named(const Stmt& stmt, const Sym& name, Frame& f) {
  if (name->kind == Kind::Choice) {
    return choice(name->atom, module_named(stmt, name->items[0], f),
                  module_named(stmt, name->items[1], f));
  }
  bool known = true;
  const jinja::ParsedTemplate* found = first_of(name, known);
  if (!known) return opaque("a template that is imported by a value");
  if (found == nullptr) {
    return std::make_shared<const Symbolic>(Symbolic{.kind = Kind::Failure, .fragment = failed()});
  }
  const auto top = new_scope(stmt.with_context ? f.scope : ScopePtr());
  Chain chain;
  add_blocks(found->body, *found, chain);
  chain.top = top;
  const Step step(*this, f.of.place_of(stmt), "imported from");
  SkeletonPtr body = template_body(*found, top, std::make_shared<const Chain>(std::move(chain)));
  if (body->kind == Skeleton::Kind::Unknown) return opaque(body->reason);
  return std::make_shared<const Symbolic>(
      Symbolic{.kind = Kind::Module, .fragment = std::move(body), .scope = top});
}

void Unfolding::import(const Stmt& stmt, Frame& f) {
  const Sym imported = module(stmt, f);
  if (stmt.kind == StmtKind::Import) f.scope->names[stmt.text] = imported;
  for (const jinja::ast::ImportedName& each : stmt.imports) {
    f.scope->names[each.alias] = member(imported, each.name);
  }
}

Sym Unfolding::member(const Sym& module, std::string_view name) {
  if (module->kind == Kind::Choice) {
    return choice(module->atom, member(module->items[0], name), member(module->items[1], name));
  }
  if (module->kind != Kind::Module) return module;
  const auto found = module->scope->names.find(name);
  return found == module->scope->names.end() ? undefined(name) : found->second;
}

}  // namespace pgjinja::sql
