#include "jinja/compile/compiler.hpp"

#include <algorithm>

#include <fmt/format.h>

// Macros, and what has to do with other templates: include, import, inheritance.

namespace pgjinja::jinja {

using ast::Expr;
using ast::Stmt;

// ---- macros -------------------------------------------------------------------------------------

void Compiler::macro(const Stmt& stmt) {
  const std::uint32_t index = macro_routine(stmt, stmt.text);
  at_ = stmt.begin;
  emit(Opcode::MakeMacro, index);
  store_name(stmt.text);
  export_name(stmt.text, true);
}

/// `{% call m(…) %}body{% endcall %}`: m gets the body as a macro, by the name `caller`.
void Compiler::call_block(const Stmt& stmt) {
  const std::uint32_t index = macro_routine(stmt, "caller");
  call(stmt.value, index);
  at_ = stmt.begin;
  emit(Opcode::Emit, new_site(stmt.begin, stmt.end, written(stmt.value)));
}

std::uint32_t Compiler::macro_routine(const Stmt& stmt, std::string_view name) {
  const Symbols symbols = Symbols::of_macro(stmt);
  refuse_caller(stmt);
  return routine_of(name, unit_, [&] {
    macro_scope(stmt, symbols);
    macro_code(stmt);
  });
}

/// Jinja2 gives a macro its caller by name, so a parameter of that name needs a default.
void Compiler::refuse_caller(const Stmt& stmt) {
  const auto caller = std::ranges::find(stmt.params, "caller", &ast::Param::name);
  if (caller == stmt.params.end() || caller->fallback != nullptr) return;
  if (!Symbols::of_body(stmt.body).reads("caller")) return;
  findings_.report(Error(ErrorKind::Syntax, "the parameter 'caller' has no default")
                       .at(program_.source.place(caller->begin, caller->name.size()))
                       .hint("leave it out, or write caller=none"));
}

/// The parameters, and `caller` and the like where they are read: what a call fills in. Locals of
/// the body get their own scope inside.
void Compiler::macro_scope(const Stmt& stmt, const Symbols& symbols) {
  Scope scope;
  for (const Symbol& s : symbols.all()) {
    const auto same = [&s](const ast::Param& p) { return p.name == s.name; };
    const bool param = std::any_of(stmt.params.begin(), stmt.params.end(), same);
    if (!param && !s.extra) continue;
    const std::uint32_t slot = new_slot();
    scope.locals.push_back({s.name, slot, s.captured});
    if (!param) {
      const auto extra = std::find(kMacroExtras.begin(), kMacroExtras.end(), s.name);
      routine().extras[static_cast<std::size_t>(extra - kMacroExtras.begin())] = {slot, s.captured};
    }
  }
  unit_->scopes.push_back(std::move(scope));
}

/// A macro's code: its body first; then, for each parameter with a default, code that works the
/// default out. The VM runs that before the body for parameters that the caller left out.
void Compiler::macro_code(const Stmt& stmt) {
  emit(Opcode::Jump);
  for (const ast::Param& param : stmt.params) {
    const Local local = *find_local(param.name);
    Routine::Param made{param.name, local.slot, local.cell, 0};
    if (param.fallback != nullptr) {
      made.fallback = static_cast<std::uint32_t>(here());
      expression(param.fallback);
      emit(local.cell ? Opcode::StoreCell : Opcode::StoreLocal, local.slot);
      emit(Opcode::Return);
    }
    routine().params.push_back(made);
  }
  patch(0);
  open_scope(Symbols::of_body(stmt.body));
  body(stmt.body);
  close_scope();
}

// ---- include and import -------------------------------------------------------------------------

void Compiler::depend(const Expr& name, bool sees_context, std::uint32_t visible) {
  program_.refers = true;
  if (name.kind == ast::ExprKind::Text) {
    program_.dependencies.push_back({std::string(name.text), sees_context, visible});
  } else if (name.kind == ast::ExprKind::List || name.kind == ast::ExprKind::Tuple) {
    for (const Expr* item : name.items) depend(*item, sees_context, visible);
  } else {
    program_.chooses_templates = true;
  }
}

/// Lists the locals that another template sees from here. Gives the list's index.
std::uint32_t Compiler::visible_locals() {
  std::vector<VisibleLocal> visible;
  for (const std::string_view name : names_in_scope()) {
    const Local* local = find_local(name);
    if (local != nullptr) visible.push_back({name, local->slot, local->cell});
  }
  visible_names_ += visible.size();
  refuse_many(visible_names_, kMostVisibleNames, "names are seen by includes, added up");
  program_.visible.push_back(std::move(visible));
  return static_cast<std::uint32_t>(program_.visible.size() - 1);
}

std::uint32_t Compiler::context_for(const Stmt& stmt) {
  if (stmt.with_context) return visible_locals();
  program_.visible.emplace_back();
  return static_cast<std::uint32_t>(program_.visible.size() - 1);
}

void Compiler::include(const Stmt& stmt) {
  expression(stmt.value);
  const std::uint32_t flags =
      (stmt.ignore_missing ? kIgnoreMissing : 0) | (stmt.with_context ? kWithContext : 0);
  const std::uint32_t visible = context_for(stmt);
  depend(*stmt.value, stmt.with_context, visible);
  at_ = stmt.begin;
  emit(Opcode::Include, flags, visible);
}

void Compiler::module(const Stmt& stmt) {
  expression(stmt.value);
  const std::uint32_t visible = context_for(stmt);
  depend(*stmt.value, stmt.with_context, visible);
  at_ = stmt.begin;
  emit(Opcode::Import, stmt.with_context ? kWithContext : 0, visible);
}

void Compiler::import(const Stmt& stmt) {
  module(stmt);
  store_name(stmt.text);
  export_name(stmt.text, false);
}

void Compiler::from_import(const Stmt& stmt) {
  module(stmt);
  for (const ast::ImportedName& import : stmt.imports) {
    at_ = import.begin;
    emit(Opcode::ImportName, name_index(import.name));
    store_name(import.alias);
    export_name(import.alias, false);
  }
  emit(Opcode::Pop);
}

/// What the template's top sets is seen by its blocks, by templates that it extends and, unless the
/// name is private or was imported itself, by those that import it.
void Compiler::export_name(std::string_view name, bool importable) {
  if (top_ == Top::None) return;
  const Local* local = find_local(name);
  emit(local->cell ? Opcode::LoadCell : Opcode::LoadLocal, local->slot);
  emit(Opcode::Export, name_index(name), importable && !name.starts_with('_') ? 1 : 0);
}

// ---- inheritance --------------------------------------------------------------------------------

void Compiler::extends(const Stmt& stmt) {
  if (top_ == Top::None) {
    findings_.report(Error(ErrorKind::Syntax, "'extends' does not stand at the template's top")
                         .at(program_.source.place(stmt.begin, stmt.end - stmt.begin))
                         .hint("a template extends another one as a whole: move the tag out of the "
                               "loop, block or macro"));
    return;
  }
  expression(stmt.value);
  program_.visible.emplace_back();
  depend(*stmt.value, true, static_cast<std::uint32_t>(program_.visible.size() - 1));
  at_ = extends_at_ = stmt.begin;
  emit(Opcode::Extends);
  program_.extends = true;
  if (top_ == Top::Root) {
    extended_ = Extended::Yes;
  } else if (extended_ == Extended::No) {
    extended_ = Extended::Perhaps;
  }
}

void Compiler::collect_blocks(ast::Body statements) {
  for (const Stmt* stmt : statements) {
    if (stmt->kind == ast::StmtKind::Block) {
      const auto same = [stmt](const Stmt* other) { return other->text == stmt->text; };
      if (std::any_of(blocks_.begin(), blocks_.end(), same)) {
        findings_.report(
            Error(ErrorKind::Syntax, fmt::format("the block '{}' is defined twice", stmt->text))
                .at(program_.source.place(stmt->begin, stmt->end - stmt->begin)));
        continue;
      }
      blocks_.push_back(stmt);
    }
    if (!stmt->body.empty()) collect_blocks(stmt->body);
    if (!stmt->other.empty()) collect_blocks(stmt->other);
  }
}

void Compiler::block_code(const Stmt& stmt) {
  at_ = stmt.begin;
  const std::uint32_t index = routine_of(stmt.text, nullptr, [&] {
    unit_->in_block = true;
    open_scope(Symbols::of_body(stmt.body));
    body(stmt.body);
    close_scope();
  });
  program_.blocks.push_back({stmt.text, index});
}

void Compiler::block(const Stmt& stmt) {
  const bool at_top = top_ != Top::None;
  if (at_top && extended_ == Extended::Yes) return;
  const std::size_t skip =
      at_top && extended_ == Extended::Perhaps ? emit(Opcode::JumpIfExtended) : 0;
  const std::uint32_t visible = stmt.scoped ? visible_locals() : BlockSite::kNotScoped;
  program_.block_sites.push_back({stmt.text, stmt.required, visible});
  emit(Opcode::Block, program_.block_sites.size() - 1);
  if (skip != 0) patch(skip);
}

}  // namespace pgjinja::jinja
