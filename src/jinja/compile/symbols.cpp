#include "jinja/compile/symbols.hpp"

#include <algorithm>

namespace pgjinja::jinja {

using ast::Expr;
using ast::ExprKind;
using ast::Stmt;
using ast::StmtKind;

Symbols Symbols::of_body(ast::Body body, const Expr* target, const Expr* test) {
  Symbols symbols;
  if (target != nullptr) symbols.store(target, false);
  symbols.visit(test);
  symbols.visit(body, false);
  symbols.capture_what_includes_see();
  return symbols;
}

Symbols Symbols::of_macro(const Stmt& macro) {
  Symbols symbols;
  // A default is evaluated inside, when the parameters before it have their values already.
  for (const ast::Param& param : macro.params) {
    symbols.visit(param.fallback);
    symbols.store(param.name, false);
  }
  symbols.visit(macro.body, false);
  for (std::size_t i = 0; i < kMacroExtras.size(); ++i) {
    if (!symbols.mentions_[i]) continue;
    Symbol& extra = symbols.symbol(kMacroExtras[i]);
    extra.stored = true;
    extra.read_first = false;
    extra.extra = true;
  }
  symbols.capture_what_includes_see();
  return symbols;
}

/// The filters of a filter block see what its body has set.
Symbols Symbols::of_filter_block(const Stmt& block) {
  Symbols symbols;
  symbols.visit(block.body, false);
  symbols.visit(block.value);
  symbols.capture_what_includes_see();
  return symbols;
}

Symbols Symbols::of_with(const Stmt& with) {
  Symbols symbols;
  for (const Expr* target : with.targets) symbols.store(target, false);
  symbols.visit(with.body, false);
  symbols.capture_what_includes_see();
  return symbols;
}

bool Symbols::reads(std::string_view name) const {
  return std::any_of(symbols_.begin(), symbols_.end(), [name](const Symbol& s) {
    return s.name == name && (s.read_first || s.captured);
  });
}

Symbol& Symbols::symbol(std::string_view name) {
  constexpr std::size_t kSearched = 16;
  if (symbols_.size() <= kSearched) {
    const auto found = std::find_if(symbols_.begin(), symbols_.end(),
                                    [name](const Symbol& s) { return s.name == name; });
    if (found != symbols_.end()) return *found;
  } else if (const auto found = index_.find(name); found != index_.end()) {
    return symbols_[found->second];
  }
  if (symbols_.empty()) {
    symbols_.reserve(kSearched);
    assigned_.reserve(kSearched);
  }
  assigned_.push_back(false);
  symbols_.push_back(Symbol{name});
  if (symbols_.size() > kSearched) {
    for (std::size_t i = index_.size(); i < symbols_.size(); ++i) index_[symbols_[i].name] = i;
  }
  return symbols_.back();
}

void Symbols::read(std::string_view name, bool captured) {
  Symbol& s = symbol(name);
  const auto index = static_cast<std::size_t>(&s - symbols_.data());
  if (!assigned_[index]) {
    s.read_first = true;
    mention(name);
  }
  if (captured) s.captured = true;
}

bool Symbols::assigns(std::string_view name) const {
  for (std::size_t i = 0; i < symbols_.size(); ++i) {
    if (symbols_[i].name == name) return assigned_[i];
  }
  return false;
}

void Symbols::mention(std::string_view name) {
  const auto extra = std::find(kMacroExtras.begin(), kMacroExtras.end(), name);
  if (extra != kMacroExtras.end()) {
    mentions_[static_cast<std::size_t>(extra - kMacroExtras.begin())] = true;
  }
}

void Symbols::store(std::string_view name, bool conditional) {
  Symbol& s = symbol(name);
  const auto index = static_cast<std::size_t>(&s - symbols_.data());
  s.stored = true;
  if (conditional || exposes_) {
    if (!assigned_[index]) s.read_first = true;
  } else {
    assigned_[index] = true;
  }
}

void Symbols::store(const Expr* target, bool conditional) {
  if (target->kind == ExprKind::Attribute) return visit(target);  // of a namespace: it is read
  if (target->kind == ExprKind::Name) store(target->text, conditional);
  for (const Expr* item : target->items) store(item, conditional);
}

/// What an inner scope reads from outside of itself is read here.
void Symbols::inherit(const Symbols& inner, bool captured) {
  for (const Symbol& s : inner.symbols_) {
    if (s.read_first || (s.captured && !s.stored)) read(s.name, captured || s.captured);
  }
  for (std::size_t i = 0; i < kMacroExtras.size(); ++i) {
    if (inner.mentions_[i] && !assigns(kMacroExtras[i])) mentions_[i] = true;
  }
  captures_all_ = captures_all_ || inner.captures_all_ || (captured && inner.exposes_);
  exposes_ = exposes_ || inner.exposes_;
}

/// An include in a macro may read any local around the macro, also one that is assigned later on.
void Symbols::capture_what_includes_see() {
  if (!captures_all_) return;
  for (Symbol& s : symbols_) s.captured = true;
}

void Symbols::visit(ast::Body body, bool conditional) {
  for (const Stmt* stmt : body) visit(*stmt, conditional);
}

void Symbols::visit_if(const Stmt& stmt) {
  const Stmt* last = &stmt;
  const auto elif = [](const Stmt& s) {
    return s.other.size() == 1 && s.other.front()->kind == StmtKind::If;
  };
  for (; elif (*last); last = last->other.front()) {
    visit(last->value);
    visit(last->body, true);
  }
  visit(last->value);
  visit(last->body, true);
  visit(last->other, true);
}

void Symbols::visit(const Stmt& stmt, bool conditional) {
  switch (stmt.kind) {
    case StmtKind::Text:
    case StmtKind::Break:
    case StmtKind::Continue: break;
    case StmtKind::Print:
    case StmtKind::Do: visit(stmt.value); break;
    case StmtKind::PrintTag:
      for (const Expr* value : stmt.values) visit(value);
      break;
    case StmtKind::If: visit_if(stmt); break;
    case StmtKind::Set:
      visit(stmt.value);
      store(stmt.target, conditional);
      break;
    case StmtKind::Include:
    case StmtKind::Import:
    case StmtKind::FromImport:
    case StmtKind::Extends:
    case StmtKind::Block: visit_template(stmt, conditional); break;
    default: visit_scope(stmt, conditional); break;
  }
}

/// Statements that have to do with other templates.
void Symbols::visit_template(const Stmt& stmt, bool conditional) {
  if (stmt.kind == StmtKind::Block) {
    // A block sees the context only, unless it is scoped: then all locals, also the loop around it.
    if (stmt.scoped) read("loop");
    exposes_ = exposes_ || stmt.scoped;
    return;
  }
  visit(stmt.value);
  if (stmt.kind != StmtKind::Extends && stmt.with_context) exposes_ = true;
  if (stmt.kind == StmtKind::Import) store(stmt.text, conditional);
  for (const ast::ImportedName& import : stmt.imports) store(import.alias, conditional);
}

/// Statements whose body is a scope of its own.
void Symbols::visit_scope(const Stmt& stmt, bool conditional) {
  switch (stmt.kind) {
    case StmtKind::For: visit_for(stmt); break;
    case StmtKind::SetBlock:
      inherit(of_body(stmt.body), false);
      visit(stmt.value);
      store(stmt.target, conditional);
      break;
    case StmtKind::With:
      for (const Expr* value : stmt.values) visit(value);
      inherit(of_with(stmt), false);
      break;
    case StmtKind::FilterBlock: inherit(of_filter_block(stmt), false); break;
    case StmtKind::Autoescape:
      visit(stmt.value);
      inherit(of_body(stmt.body), false);
      break;
    case StmtKind::CallBlock:
      inherit(of_macro(stmt), true);
      visit(stmt.value);
      break;
    case StmtKind::Macro:
      store(stmt.text, conditional);  // first: a macro that calls itself does not read from outside
      inherit(of_macro(stmt), true);
      break;
    default: break;
  }
}

/// The body of a recursive loop is called like a macro, so it captures what it reads.
void Symbols::visit_for(const Stmt& stmt) {
  visit(stmt.value);
  Symbols inner;
  inner.store(stmt.target, false);
  inner.visit(stmt.test);
  inner.store("loop", false);
  inner.visit(stmt.body, false);
  inherit(inner, stmt.recursive);
  inherit(of_body(stmt.other), stmt.recursive);
}

void Symbols::visit(const Expr* expr) {
  if (expr == nullptr) return;
  if (expr->kind == ExprKind::Name) read(expr->text);
  visit(expr->a);
  visit(expr->b);
  visit(expr->c);
  for (const Expr* item : expr->items) visit(item);
  for (const ast::Comparison& comparison : expr->comparisons) visit(comparison.right);
  visit(expr->args);
}

void Symbols::visit(const ast::Arguments& args) {
  for (const Expr* argument : args.positional) visit(argument);
  for (const ast::Keyword& keyword : args.keywords) visit(keyword.value);
  visit(args.star);
  visit(args.double_star);
}

}  // namespace pgjinja::jinja
