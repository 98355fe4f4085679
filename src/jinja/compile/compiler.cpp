#include "jinja/compile/compiler.hpp"

#include <pgjinja/core/value.hpp>

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace pgjinja::jinja {

using ast::Expr;
using ast::ExprKind;
using ast::Stmt;
using ast::StmtKind;

Compiler::Compiler(const EnvironmentState& environment, Program& program, Findings& findings)
    : environment_(environment), program_(program), findings_(findings) {}

void Compiler::compile(ast::Body statements) {
  program_.routines.emplace_back();
  Unit unit{0, nullptr, {}, 0};
  unit_ = &unit;
  open_scope(Symbols::of_body(statements));
  body(statements);
  emit(Opcode::Return);
  routine().slots = unit.slots;
  unit_ = nullptr;
  for (Routine& routine : program_.routines) check_stack(program_, routine);
}

std::size_t Compiler::emit(Opcode op, std::size_t operand, std::size_t count) {
  Routine& r = routine();
  r.code.push_back({op, small(count, "operands"), static_cast<std::uint32_t>(operand)});
  r.offsets.push_back(at_);
  return r.code.size() - 1;
}

std::uint16_t Compiler::small(std::size_t n, std::string_view what) const {
  if (n > std::numeric_limits<std::uint16_t>::max()) {
    throw Error(ErrorKind::Limit, fmt::format("too many {} in one place", what))
        .at(program_.source.place(at_));
  }
  return static_cast<std::uint16_t>(n);
}

void Compiler::refuse_many(std::size_t n, std::size_t most, std::string_view what) const {
  if (n <= most) return;
  throw Error(ErrorKind::Limit, fmt::format("more than {} {}", most, what))
      .at(program_.source.place(at_));
}

std::uint32_t Compiler::name_index(std::string_view name) {
  const auto [found, added] =
      name_indexes_.try_emplace(name, static_cast<std::uint32_t>(program_.names.size()));
  if (added) program_.names.push_back({name, hash_text(name), Value::undefined(name)});
  return found->second;
}

// ---- scopes -------------------------------------------------------------------------------------

/// Gives each local of the scope a slot. One that may be read before it is assigned starts with
/// what its name means outside, as Jinja2 has it; `implied` is a local that the caller stores.
void Compiler::open_scope(const Symbols& symbols, std::string_view implied) {
  Scope scope;
  const std::size_t outer_scopes = unit_->scopes.size();
  for (const Symbol& s : symbols.all()) {
    if (s.stored) scope.locals.push_back({s.name, new_slot(), s.captured});
  }
  refuse_many(scope.locals.size(), kMostLocals, "names are set in one scope");
  for (const Symbol& s : symbols.all()) {
    if (!s.stored || s.name == implied || !(s.read_first || s.captured)) continue;
    const auto local = std::find_if(scope.locals.begin(), scope.locals.end(),
                                    [&s](const Local& l) { return l.name == s.name; });
    const Local* outside = find_local(*unit_, s.name, outer_scopes);
    if (!s.read_first) {  // only captured: what it holds until then is nobody's business
      program_.constants.push_back(Value::undefined(s.name));
      emit(Opcode::Const, program_.constants.size() - 1);
    } else if (outside == nullptr) {
      emit(Opcode::LoadName, name_index(s.name));
    } else {
      emit(outside->cell ? Opcode::LoadCell : Opcode::LoadLocal, outside->slot);
    }
    emit(local->cell ? Opcode::NewCell : Opcode::StoreLocal, local->slot);
  }
  unit_->scopes.push_back(std::move(scope));
}

const Compiler::Local* Compiler::find_local(std::string_view name) {
  return find_local(*unit_, name, unit_->scopes.size());
}

/// The local `name` as the innermost `scopes` scopes of `unit` see it. One of a routine further out
/// is captured: its cell gets a slot in here.
const Compiler::Local* Compiler::find_local(Unit& unit, std::string_view name, std::size_t scopes) {
  for (std::size_t i = scopes; i-- > 0;) {
    for (const Local& local : unit.scopes[i].locals) {
      if (local.name == name) return &local;
    }
  }
  if (unit.outer == nullptr) return nullptr;
  const Local* outside = find_local(*unit.outer, name, unit.outer->scopes.size());
  if (outside == nullptr || !outside->cell) return nullptr;
  const std::uint32_t slot = unit.slots++;
  program_.routines[unit.routine].captures.push_back({outside->slot, slot});
  unit.scopes.front().locals.push_back({name, slot, true});
  return &unit.scopes.front().locals.back();
}

/// The names of all locals that code at this place can read, each once.
std::vector<std::string_view> Compiler::names_in_scope() const {
  std::vector<std::string_view> names;
  for (const Unit* unit = unit_; unit != nullptr; unit = unit->outer) {
    for (const Scope& scope : unit->scopes) {
      for (const Local& local : scope.locals) names.push_back(local.name);
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void Compiler::store_name(std::string_view name) {
  const Local* local = find_local(name);
  emit(local->cell ? Opcode::StoreCell : Opcode::StoreLocal, local->slot);
}

void Compiler::store(const Expr* target) {
  if (target->kind == ExprKind::Name) {
    store_name(target->text);
    return;
  }
  emit(Opcode::Unpack, target->items.size());
  for (const Expr* item : target->items) store(item);
}

// ---- statements ---------------------------------------------------------------------------------

void Compiler::body(ast::Body statements) {
  for (const Stmt* stmt : statements) {
    at_ = stmt->begin;
    statement(*stmt);
  }
}

void Compiler::statement(const Stmt& stmt) {
  switch (stmt.kind) {
    case StmtKind::Text: return text(stmt);
    case StmtKind::Print: return print(stmt);
    case StmtKind::If: return if_statement(stmt);
    case StmtKind::For: return for_statement(stmt);
    case StmtKind::Set: expression(stmt.value); return store(stmt.target);
    case StmtKind::SetBlock: return set_block(stmt);
    case StmtKind::With: return with_statement(stmt);
    case StmtKind::Include: return include(stmt);
    case StmtKind::Macro: return macro(stmt);
  }
}

void Compiler::text(const Stmt& stmt) {
  const std::string& sequence = environment_.options.newline_sequence;
  if (sequence == "\n") return constant_text(stmt.text, stmt.begin);
  // Literals, since a fragment may outlive the options.
  const std::string_view newline = sequence == "\r" ? "\r" : "\r\n";
  // Slices of the source, with what stands for its line breaks between them.
  for (std::size_t at = 0; at < stmt.text.size();) {
    const std::size_t end = std::min(stmt.text.find('\n', at), stmt.text.size());
    const auto offset = static_cast<std::uint32_t>(stmt.begin + at);
    if (end > at) constant_text(stmt.text.substr(at, end - at), offset);
    if (end < stmt.text.size()) constant_text(newline, static_cast<std::uint32_t>(stmt.begin + end));
    at = end + 1;
  }
}

void Compiler::constant_text(std::string_view text, std::uint32_t offset) {
  TextConstant& constant = program_.texts.emplace_back();
  constant.text = text;
  constant.source = &program_.source;
  constant.offset = offset;
  const auto annotate = environment_.options.annotate;
  constant.note = annotate == nullptr ? 0 : annotate(text);
  emit(Opcode::EmitText, program_.texts.size() - 1);
}

std::uint32_t Compiler::new_site(std::uint32_t begin, std::uint32_t end,
                                 std::string_view expression) {
  program_.sites.push_back({&program_.source, begin, end - begin, expression});
  return static_cast<std::uint32_t>(program_.sites.size() - 1);
}

std::uint32_t Compiler::print_site(const Stmt& stmt) {
  std::string_view inside =
      std::string_view(program_.source.text).substr(stmt.begin, stmt.end - stmt.begin);
  const Delimiters& delimiters = environment_.options.delimiters;
  inside.remove_prefix(delimiters.variable_start_string.size());
  inside.remove_suffix(delimiters.variable_end_string.size());
  // A `-` or `+` next to a delimiter is whitespace control; elsewhere it belongs to the value.
  if (inside.starts_with('-') || inside.starts_with('+')) inside.remove_prefix(1);
  if (inside.ends_with('-')) inside.remove_suffix(1);
  const std::size_t first = inside.find_first_not_of(" \t\n");
  const std::size_t last = inside.find_last_not_of(" \t\n");
  const bool blank = first == std::string_view::npos;
  return new_site(stmt.begin, stmt.end, blank ? inside : inside.substr(first, last - first + 1));
}

void Compiler::print(const Stmt& stmt) {
  const std::uint32_t where = print_site(stmt);
  if (stmt.value->kind == ExprKind::Name && find_local(stmt.value->text) == nullptr) {
    emit(Opcode::EmitName, where, name_index(stmt.value->text));
    return;
  }
  expression(stmt.value);
  at_ = stmt.begin;
  emit(Opcode::Emit, where);
}

/// Jumps to be patched go to `when_false` if `expr` is false; falls through if it is true.
void Compiler::condition(const Expr* expr, std::vector<std::size_t>& when_false) {
  at_ = expr->begin;
  if (expr->kind == ExprKind::Name && find_local(expr->text) == nullptr) {
    when_false.push_back(emit(Opcode::JumpIfNameFalse, 0, name_index(expr->text)));
  } else if (expr->kind == ExprKind::And) {
    condition(expr->a, when_false);
    condition(expr->b, when_false);
  } else {
    expression(expr);
    when_false.push_back(emit(Opcode::JumpIfFalse));
  }
}

void Compiler::if_statement(const Stmt& stmt) {
  std::vector<std::size_t> otherwise;
  condition(stmt.value, otherwise);
  body(stmt.body);
  if (stmt.other.empty()) {
    for (const std::size_t jump : otherwise) patch(jump);
    return;
  }
  const std::size_t done = emit(Opcode::Jump);
  for (const std::size_t jump : otherwise) patch(jump);
  body(stmt.other);
  patch(done);
}

void Compiler::for_statement(const Stmt& stmt) {
  const std::uint32_t loop = new_slot();
  expression(stmt.value);
  at_ = stmt.begin;
  emit(Opcode::LoopBegin, loop);
  if (stmt.test != nullptr) loop_filter(stmt, loop);

  const std::size_t next = emit(Opcode::LoopNext, 0, loop);
  const Symbols symbols = Symbols::of_body(stmt.body, stmt.target);
  // The item lies on the stack while the scope's other locals are set up.
  open_scope(symbols);
  store(stmt.target);
  if (symbols.reads("loop")) {
    const bool captured =
        std::any_of(symbols.all().begin(), symbols.all().end(),
                    [](const Symbol& s) { return s.name == "loop" && s.captured; });
    unit_->scopes.back().locals.push_back({"loop", new_slot(), captured});
    emit(Opcode::LoadLocal, loop);
    emit(captured ? Opcode::NewCell : Opcode::StoreLocal, unit_->scopes.back().locals.back().slot);
  }
  body(stmt.body);
  emit(Opcode::Jump, next);
  close_scope();

  patch(next);
  if (!stmt.other.empty()) {
    const std::size_t skip = emit(Opcode::JumpIfLooped, 0, loop);
    open_scope(Symbols::of_body(stmt.other));
    body(stmt.other);
    close_scope();
    patch(skip);
  }
  emit(Opcode::LoopEnd, loop);
}

/// `for x in xs if test`: runs before the loop, so that `loop.length` counts what is left.
void Compiler::loop_filter(const Stmt& stmt, std::uint32_t loop) {
  const std::size_t next = emit(Opcode::LoopFilterNext, 0, loop);
  open_scope(Symbols::of_body({}, stmt.target, stmt.test));
  store(stmt.target);
  expression(stmt.test);
  emit(Opcode::LoopFilterKeep, loop);
  emit(Opcode::Jump, next);
  close_scope();
  patch(next);
}

void Compiler::set_block(const Stmt& stmt) {
  emit(Opcode::BeginCapture);
  open_scope(Symbols::of_body(stmt.body));
  body(stmt.body);
  close_scope();
  emit(Opcode::EndCapture);
  if (stmt.value != nullptr)
    expression(stmt.value);  // its innermost filter has no input of its own
  store(stmt.target);
}

void Compiler::with_statement(const Stmt& stmt) {
  for (const Expr* value : stmt.values) expression(value);
  open_scope(Symbols::of_with(stmt));
  for (std::size_t i = stmt.targets.size(); i-- > 0;) store(stmt.targets[i]);
  body(stmt.body);
  close_scope();
}

void Compiler::include(const Stmt& stmt) {
  const Expr* name = stmt.value;
  const auto depend = [this](const Expr* e) {
    if (e->kind == ExprKind::Text) program_.dependencies.emplace_back(e->text);
  };
  depend(name);
  for (const Expr* item : name->items) depend(item);
  expression(name);
  std::uint32_t flags = stmt.ignore_missing ? kIgnoreMissing : 0;
  std::vector<VisibleLocal> visible;
  if (stmt.with_context) {
    flags |= kWithContext;
    for (const std::string_view local_name : names_in_scope()) {
      const Local* local = find_local(local_name);
      if (local != nullptr) visible.push_back({local_name, local->slot, local->cell});
    }
  }
  visible_names_ += visible.size();
  refuse_many(visible_names_, kMostVisibleNames, "names are seen by includes, added up");
  program_.visible.push_back(std::move(visible));
  at_ = stmt.begin;
  emit(Opcode::Include, flags, program_.visible.size() - 1);
}

void Compiler::macro(const Stmt& stmt) {
  const Symbols symbols = Symbols::of_macro(stmt);
  const auto index = static_cast<std::uint32_t>(program_.routines.size());
  program_.routines.emplace_back().name = stmt.text;
  Unit unit{index, unit_, {}, 0};
  unit_ = &unit;
  macro_code(stmt, symbols);
  program_.routines[index].slots = unit.slots;
  unit_ = unit.outer;
  at_ = stmt.begin;
  emit(Opcode::MakeMacro, index);
  store_name(stmt.text);
}

/// A macro's code: its body first; then, for each parameter with a default, code that works the
/// default out. The VM runs that before the body for parameters that the caller left out.
void Compiler::macro_code(const Stmt& stmt, const Symbols& symbols) {
  Scope scope;
  for (const Symbol& s : symbols.all()) {
    const auto same = [&s](const ast::Param& p) { return p.name == s.name; };
    if (std::any_of(stmt.params.begin(), stmt.params.end(), same)) {
      const std::uint32_t slot = new_slot();
      scope.locals.push_back({s.name, slot, s.captured});
    }
  }
  unit_->scopes.push_back(std::move(scope));
  // Locals of the body other than the parameters get their own scope inside.
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
  Symbols inner = Symbols::of_body(stmt.body);
  open_scope(inner);
  body(stmt.body);
  close_scope();
  emit(Opcode::Return);
}

}  // namespace pgjinja::jinja
