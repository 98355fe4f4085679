#pragma once

#include "jinja/compile/program.hpp"
#include "jinja/compile/symbols.hpp"
#include "jinja/environment_state.hpp"
#include "jinja/syntax/ast.hpp"
#include "jinja/syntax/parser.hpp"

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace pgjinja::jinja {

/// Syntax tree in, bytecode out. Names become slots here; only names of the context are looked up
/// while rendering.
class Compiler {
 public:
  Compiler(const EnvironmentState& environment, Program& program, Findings& findings);

  /// Compiles the whole template. @throws Error{Syntax} unless the findings collect them.
  void compile(ast::Body statements);

 private:
  // Locals are found by a search, and each include lists those that it sees: more than anybody
  // would write by hand costs more than its size.
  static constexpr std::size_t kMostLocals = 2000;
  static constexpr std::size_t kMostVisibleNames = 100'000;

  struct Local {
    std::string_view name;
    std::uint32_t slot;
    bool cell;
  };
  /// One Jinja2 scope within a routine.
  struct Scope {
    std::vector<Local> locals;
  };
  /// What is being compiled: a routine, with the one around it.
  struct Unit {
    std::uint32_t routine;
    Unit* outer;
    std::vector<Scope> scopes;
    std::uint32_t slots = 0;
  };

  // statements
  void body(ast::Body statements);
  void statement(const ast::Stmt& stmt);
  void text(const ast::Stmt& stmt);
  void constant_text(std::string_view text, std::uint32_t offset);
  void print(const ast::Stmt& stmt);
  void if_statement(const ast::Stmt& stmt);
  void for_statement(const ast::Stmt& stmt);
  void loop_filter(const ast::Stmt& stmt, std::uint32_t loop);
  void set_block(const ast::Stmt& stmt);
  void with_statement(const ast::Stmt& stmt);
  void include(const ast::Stmt& stmt);
  void macro(const ast::Stmt& stmt);
  void macro_code(const ast::Stmt& stmt, const Symbols& symbols);
  void store(const ast::Expr* target);
  [[nodiscard]] std::vector<std::string_view> names_in_scope() const;
  void store_name(std::string_view name);

  // expressions
  void expression(const ast::Expr* expr);
  void condition(const ast::Expr* expr, std::vector<std::size_t>& when_false);
  void load(const ast::Expr* expr);
  void short_circuit(const ast::Expr* expr, Opcode op);
  void inline_if(const ast::Expr* expr);
  void comparison(const ast::Expr* expr);
  void build(Opcode op, const ast::Expr* expr, std::uint32_t per_element);
  void concat(const ast::Expr* expr);
  void item(const ast::Expr* expr);
  void filter(const ast::Expr* expr);
  void test(const ast::Expr* expr);
  void call(const ast::Expr* expr);
  void constant(Value value, const ast::Expr* expr);
  std::uint32_t arguments(const ast::Expr* expr, std::string_view name);
  void report_unknown(std::string_view what, const ast::Expr* expr,
                      const std::vector<std::string>& known);

  // scopes
  void open_scope(const Symbols& symbols, std::string_view implied = {});
  void close_scope() { unit_->scopes.pop_back(); }
  const Local* find_local(std::string_view name);
  const Local* find_local(Unit& unit, std::string_view name, std::size_t scopes);
  void refuse_many(std::size_t n, std::size_t most, std::string_view what) const;
  std::uint32_t new_slot() { return unit_->slots++; }

  // code
  Routine& routine() { return program_.routines[unit_->routine]; }
  std::size_t emit(Opcode op, std::size_t operand = 0, std::size_t count = 0);
  [[nodiscard]] std::size_t here() { return routine().code.size(); }
  void patch(std::size_t jump) {
    routine().code[jump].operand = static_cast<std::uint32_t>(here());
  }
  std::uint32_t name_index(std::string_view name);
  std::uint32_t print_site(const ast::Stmt& stmt);
  std::uint32_t new_site(std::uint32_t begin, std::uint32_t end, std::string_view expression);
  std::uint16_t small(std::size_t n, std::string_view what) const;

  const EnvironmentState& environment_;
  Program& program_;
  Findings& findings_;
  Unit* unit_ = nullptr;
  std::uint32_t at_ = 0;  // where in the source the code that is emitted comes from
  std::unordered_map<std::string_view, std::uint32_t> name_indexes_;
  std::size_t visible_names_ = 0;
};

}  // namespace pgjinja::jinja
