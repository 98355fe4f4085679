#include "jinja/compile/compiler.hpp"

#include "jinja/builtins/is_defined.hpp"
#include "jinja/run/undefined_values.hpp"

#include <pgjinja/core/value.hpp>

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::jinja {

using ast::Expr;
using ast::ExprKind;
using ast::Stmt;
using ast::StmtKind;

namespace {

/// How many texts, names or values a template has at most, mostly: so many need no growing.
std::size_t likely(const Source& source) {
  constexpr std::size_t kFew = 32;
  constexpr std::size_t kBytesEach = 16;
  return std::min(kFew, 2 + source.text.size() / kBytesEach);
}

}  // namespace

Compiler::Compiler(const EnvironmentState& environment, Program& program, Findings& findings)
    : environment_(environment), program_(program), findings_(findings) {
  const std::size_t few = likely(program.source);
  program.texts.reserve(few);
  program.sites.reserve(few);
  program.names.reserve(few);
}

void Compiler::compile(ast::Body statements) {
  collect_blocks(statements);
  routine_of({}, nullptr, [&] {
    top_ = Top::Root;
    open_scope(Symbols::of_body(statements));
    body(statements);
    top_ = Top::None;
    if (!program_.extends) return;
    at_ = extends_at_;
    emit(Opcode::RenderParent);
  });
  for (std::size_t i = 0; i < blocks_.size(); ++i) block_code(*blocks_[i]);
  for (Routine& routine : program_.routines) check_stack(program_, routine);
}

/// Adds a routine whose code `write` emits, and gives its index.
std::uint32_t Compiler::routine_of(std::string_view name, Unit* outer,
                                   const std::function<void()>& write) {
  const auto index = static_cast<std::uint32_t>(program_.routines.size());
  Routine& added = program_.routines.emplace_back();
  added.name = name;
  added.code.reserve(2 * likely(program_.source));
  added.offsets.reserve(2 * likely(program_.source));
  Unit unit{index, outer};
  unit.in_block = outer != nullptr && outer->in_block;
  Unit* const around = std::exchange(unit_, &unit);
  const Top top = std::exchange(top_, Top::None);
  write();
  emit(Opcode::Return);
  routine().slots = unit.slots;
  top_ = top;
  unit_ = around;
  return index;
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
  if (added) {
    const std::uint32_t hash = hash_text(name);
    NameRef& ref = program_.names.emplace_back(
        NameRef{name, hash, undefined_name(environment_.options.undefined, name)});
    if (const Value* global = environment_.globals.find(name, hash)) ref.fallback = *global;
  }
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
      program_.constants.push_back(undefined_name(environment_.options.undefined, s.name));
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
    export_name(target->text, true);
    return;
  }
  if (target->kind == ExprKind::Attribute) {
    expression(target->a);
    at_ = target->begin;
    emit(Opcode::StoreAttribute, name_index(target->text));
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
    case StmtKind::Text: return unless_extended([&] { text(stmt); });
    case StmtKind::Print: return unless_extended([&] { print(stmt); });
    case StmtKind::PrintTag: return unless_extended([&] { print_tag(stmt); });
    case StmtKind::If: return if_statement(stmt);
    case StmtKind::For: return for_statement(stmt);
    case StmtKind::Break: return leave_iteration(stmt, &Loop::breaks);
    case StmtKind::Continue: return leave_iteration(stmt, &Loop::continues);
    case StmtKind::Set: return set_statement(stmt);
    case StmtKind::SetBlock: return set_block(stmt);
    case StmtKind::With: return with_statement(stmt);
    case StmtKind::FilterBlock: return filter_block(stmt);
    case StmtKind::Autoescape: return autoescape(stmt);
    case StmtKind::Do: return do_statement(stmt);
    case StmtKind::Macro: return macro(stmt);
    case StmtKind::CallBlock: return call_block(stmt);
    case StmtKind::Include: return include(stmt);
    case StmtKind::Import: return import(stmt);
    case StmtKind::FromImport: return from_import(stmt);
    case StmtKind::Extends: return extends(stmt);
    case StmtKind::Block: return block(stmt);
  }
}

/// In the body of a statement that has a scope of its own nothing is at the template's top.
void Compiler::inner(const std::function<void()>& write) {
  const Top top = std::exchange(top_, Top::None);
  write();
  top_ = top;
}

/// What the top of a template prints behind its extends is lost, as in Jinja2; also in loops and
/// other bodies there, but not in macros and blocks.
void Compiler::unless_extended(const std::function<void()>& write) {
  const bool template_code =
      (unit_->routine == 0 || unit_->loop_of_template) && !unit_->in_set_block;
  if (!template_code || extended_ == Extended::No) return write();
  if (extended_ == Extended::Yes) return;
  const std::size_t skip = emit(Opcode::JumpIfExtended);
  write();
  patch(skip);
}

void Compiler::text(const Stmt& stmt) {
  const std::string& sequence = environment_.options.newline_sequence;
  if (sequence.front() == '\n') return constant_text(stmt.text, stmt.begin);
  // Literals, since a fragment may outlive the options.
  const std::string_view newline = sequence.size() == 1 ? "\r" : "\r\n";
  // Slices of the source, with what stands for its line breaks between them.
  for (std::size_t at = 0; at < stmt.text.size();) {
    const std::size_t end = std::min(stmt.text.find('\n', at), stmt.text.size());
    const auto offset = static_cast<std::uint32_t>(stmt.begin + at);
    if (end > at) constant_text(stmt.text.substr(at, end - at), offset);
    if (end < stmt.text.size())
      constant_text(newline, static_cast<std::uint32_t>(stmt.begin + end));
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

std::string_view Compiler::written(const Expr* expr) const {
  return std::string_view(program_.source.text).substr(expr->start, expr->end - expr->start);
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

void Compiler::print_tag(const Stmt& stmt) {
  for (const Expr* value : stmt.values) {
    expression(value);
    at_ = stmt.begin;
    emit(Opcode::Emit, new_site(stmt.begin, stmt.end, written(value)));
  }
}

void Compiler::do_statement(const Stmt& stmt) {
  expression(stmt.value);
  emit(Opcode::Pop);
}

void Compiler::print(const Stmt& stmt) {
  const std::uint32_t where = print_site(stmt);
  if (is_context_name(stmt.value)) {
    emit(Opcode::EmitName, where, name_index(stmt.value->text));
    return;
  }
  const Local* local = stmt.value->kind == ExprKind::Name ? find_local(stmt.value->text) : nullptr;
  if (local != nullptr && !local->cell) {
    emit(Opcode::EmitLocal, where, local->slot);
    return;
  }
  expression(stmt.value);
  at_ = stmt.begin;
  emit(Opcode::Emit, where);
}

/// `name is defined`, as nobody has redefined it.
bool Compiler::is_defined_test(const Expr* expr) {
  if (expr->kind != ExprKind::Test || expr->text != "defined" || !expr->args.empty()) return false;
  const auto test = environment_.tests.find(expr->text);
  return is_context_name(expr->a) && test != environment_.tests.end() &&
         test->second.target<IsDefined>() != nullptr;
}

/// Jumps to be patched go to `when_false` if `expr` is false; falls through if it is true.
void Compiler::condition(const Expr* expr, Jumps& when_false) {
  at_ = expr->begin;
  if (is_context_name(expr)) {
    when_false.push_back(emit(Opcode::JumpIfNameFalse, 0, name_index(expr->text)));
  } else if (expr->kind == ExprKind::And) {
    condition(expr->a, when_false);
    condition(expr->b, when_false);
  } else if (expr->kind == ExprKind::Not) {
    expression(expr->a);
    at_ = expr->begin;
    when_false.push_back(emit(Opcode::JumpIfTrue));
  } else if (is_defined_test(expr)) {
    when_false.push_back(emit(Opcode::JumpIfNameMissing, 0, name_index(expr->a->text)));
  } else {
    expression(expr);
    when_false.push_back(emit(Opcode::JumpIfFalse));
  }
}

void Compiler::if_statement(const Stmt& stmt) {
  const Conditional conditional(*this);
  const Top top = std::exchange(top_, top_ == Top::Root ? Top::Condition : top_);
  Jumps done(&memory_);
  const Stmt* last = &stmt;
  while (const Stmt* next = if_branch(*last, done)) last = next;
  for (const std::size_t jump : done) patch(jump);
  top_ = top;
}

/// Gives the next branch when that is all that the other half consists of (`elif`).
const Stmt* Compiler::if_branch(const Stmt& stmt, Jumps& done) {
  Jumps otherwise(&memory_);
  condition(stmt.value, otherwise);
  body(stmt.body);
  if (!stmt.other.empty()) done.push_back(emit(Opcode::Jump));
  for (const std::size_t jump : otherwise) patch(jump);
  if (stmt.other.size() == 1 && stmt.other.front()->kind == StmtKind::If) {
    at_ = stmt.other.front()->begin;
    return stmt.other.front();
  }
  body(stmt.other);
  return nullptr;
}

void Compiler::set_statement(const Stmt& stmt) {
  check_namespaces(stmt.target);
  expression(stmt.value);
  store(stmt.target);
}

/// What is no namespace is refused before the value is worked out, as in Jinja2.
void Compiler::check_namespaces(const Expr* target) {
  for (const Expr* item : target->items) check_namespaces(item);
  if (target->kind != ExprKind::Attribute) return;
  expression(target->a);
  at_ = target->begin;
  emit(Opcode::CheckNamespace);
}

void Compiler::set_block(const Stmt& stmt) {
  const bool around = std::exchange(unit_->in_set_block, true);
  begin_capture();
  inner([&] {
    open_scope(Symbols::of_body(stmt.body));
    body(stmt.body);
    close_scope();
  });
  end_capture();
  unit_->in_set_block = around;
  if (stmt.value != nullptr)
    expression(stmt.value);  // its innermost filter has no input of its own
  store(stmt.target);
}

void Compiler::with_statement(const Stmt& stmt) {
  for (const Expr* value : stmt.values) expression(value);
  inner([&] {
    open_scope(Symbols::of_with(stmt));
    for (std::size_t i = stmt.targets.size(); i-- > 0;) store(stmt.targets[i]);
    body(stmt.body);
    close_scope();
  });
}

void Compiler::filter_block(const Stmt& stmt) {
  begin_capture();
  inner([&] {
    open_scope(Symbols::of_filter_block(stmt));
    body(stmt.body);
    end_capture();
    expression(stmt.value);
    close_scope();
  });
  at_ = stmt.begin;
  emit(Opcode::Emit, new_site(stmt.begin, stmt.end, written(stmt.value)));
}

/// HTML is not escaped, so there is nothing to switch; the body is a scope, as in Jinja2.
void Compiler::autoescape(const Stmt& stmt) {
  expression(stmt.value);
  emit(Opcode::Pop);
  inner([&] {
    open_scope(Symbols::of_body(stmt.body));
    body(stmt.body);
    close_scope();
  });
}

void Compiler::begin_capture() {
  emit(Opcode::BeginCapture);
  ++unit_->captures;
}

void Compiler::end_capture() {
  emit(Opcode::EndCapture);
  --unit_->captures;
}

}  // namespace pgjinja::jinja
