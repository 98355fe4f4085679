#include "jinja/compile/compiler.hpp"

#include <algorithm>
#include <utility>

// Loops.

namespace pgjinja::jinja {

using ast::Stmt;

namespace {

bool leaves_early(ast::Body body) {
  return std::any_of(body.begin(), body.end(), [](const Stmt* stmt) {
    if (stmt->kind == ast::StmtKind::Break || stmt->kind == ast::StmtKind::Continue) return true;
    return stmt->kind != ast::StmtKind::For &&
           (leaves_early(stmt->body) || leaves_early(stmt->other));
  });
}

}  // namespace

void Compiler::for_statement(const Stmt& stmt) {
  expression(stmt.value);
  at_ = stmt.begin;
  if (stmt.recursive) return recursive_loop(stmt);
  const std::uint32_t loop = new_slot();
  emit(Opcode::LoopBegin, loop);
  inner([&] { loop_code(stmt, loop); });
}

/// The code of a recursive loop is a routine of its own, which `loop(…)` calls again. Its frame
/// begins with what it is called with: see kLoopIterable.
void Compiler::recursive_loop(const Stmt& stmt) {
  const bool of_template = unit_->routine == 0 || unit_->loop_of_template;
  const bool in_set_block = unit_->in_set_block;
  const std::uint32_t index = routine_of("loop", unit_, [&] {
    unit_->loop_of_template = of_template;
    unit_->in_set_block = in_set_block;
    unit_->slots = kLoopFrame;
    unit_->scopes.emplace_back();  // for what is captured
    emit(Opcode::LoadLocal, kLoopIterable);
    const std::uint32_t loop = new_slot();
    emit(Opcode::LoopBegin, loop, 1);
    loop_code(stmt, loop);
  });
  at_ = stmt.begin;
  emit(Opcode::MakeMacro, index);
  emit(Opcode::RunLoop);
}

/// The iteration of the loop in the slot `loop`, and its else.
void Compiler::loop_code(const Stmt& stmt, std::uint32_t loop) {
  const Symbols symbols = Symbols::of_body(stmt.body, stmt.target);
  const bool in_turn = stmt.test != nullptr && !symbols.reads("loop");
  if (stmt.test != nullptr && !in_turn) loop_filter(stmt, loop);
  const std::size_t next = emit(Opcode::LoopNext, 0, loop);
  if (in_turn) filter_in_turn(stmt, loop, next);
  // Jinja2 takes a loop for empty unless one iteration came to its end.
  const bool counts_ends = !stmt.other.empty() && (in_turn || leaves_early(stmt.body));
  const Jumps breaks = loop_body(stmt, loop, next, counts_ends);
  patch(next);
  for (const std::size_t jump : breaks) patch(jump);
  if (!stmt.other.empty()) {
    const std::size_t skip = emit(counts_ends ? Opcode::JumpIfDone : Opcode::JumpIfLooped, 0, loop);
    open_scope(Symbols::of_body(stmt.other));
    body(stmt.other);
    close_scope();
    patch(skip);
  }
  emit(Opcode::LoopEnd, loop);
}

/// Gives the jumps of its breaks.
Compiler::Jumps Compiler::loop_body(const Stmt& stmt, std::uint32_t loop, std::size_t next,
                                    bool counts_ends) {
  const Symbols symbols = Symbols::of_body(stmt.body, stmt.target);
  // The item lies on the stack while the scope's other locals are set up.
  open_scope(symbols);
  store(stmt.target);
  if (routine().code[next + 1].op == Opcode::StoreLocal) {
    routine().code[next].op = Opcode::LoopNextInto;
  }
  loop_variable(symbols, loop);
  unit_->loops.push_back({unit_->captures, Jumps(&memory_), Jumps(&memory_)});
  body(stmt.body);
  Loop ended = std::move(unit_->loops.back());
  unit_->loops.pop_back();
  if (counts_ends) emit(Opcode::LoopDone, loop);
  for (const std::size_t jump : ended.continues) patch(jump);
  emit(Opcode::Jump, next);
  close_scope();
  return std::move(ended.breaks);
}

void Compiler::loop_variable(const Symbols& symbols, std::uint32_t loop) {
  if (!symbols.reads("loop")) return;
  const bool captured = std::any_of(symbols.all().begin(), symbols.all().end(),
                                    [](const Symbol& s) { return s.name == "loop" && s.captured; });
  if (!captured) {
    unit_->scopes.back().locals.push_back({"loop", loop, false, true});
    return;
  }
  const std::uint32_t slot = new_slot();
  unit_->scopes.back().locals.push_back({"loop", slot, true});
  emit(Opcode::LoadLocal, loop);
  emit(Opcode::NewCell, slot);
}

/// `for x in xs if test` with a body that asks for `loop`: the filter runs before, so that
/// `loop.length` counts what is left.
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

/// The filter of a loop whose body does not ask for `loop`: an item is tested when it is its turn,
/// so that the test sees what the iterations before have changed in a namespace.
void Compiler::filter_in_turn(const Stmt& stmt, std::uint32_t loop, std::size_t next) {
  open_scope(Symbols::of_body({}, stmt.target, stmt.test));
  store(stmt.target);
  expression(stmt.test);
  emit(Opcode::JumpIfFalse, next);
  emit(Opcode::LoopItem, loop);
  close_scope();
}

/// `break` and `continue`. What a block set or filter block inside the loop has captured is lost.
void Compiler::leave_iteration(const Stmt& stmt, Jumps Loop::* jumps) {
  if (unit_->loops.empty()) {
    const bool is_break = jumps == &Loop::breaks;
    findings_.report(Error(ErrorKind::Syntax,
                           is_break ? "'break' stands in no loop" : "'continue' stands in no loop")
                         .at(program_.source.place(stmt.begin, stmt.end - stmt.begin)));
    return;
  }
  Loop& loop = unit_->loops.back();
  for (std::uint32_t i = loop.captures; i < unit_->captures; ++i) {
    emit(Opcode::EndCapture);
    emit(Opcode::Pop);
  }
  (loop.*jumps).push_back(emit(Opcode::Jump));
}

}  // namespace pgjinja::jinja
