#pragma once

#include "jinja/compile/program.hpp"
#include "jinja/compile/symbols.hpp"
#include "jinja/environment_state.hpp"
#include "jinja/syntax/ast.hpp"
#include "jinja/syntax/parser.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory_resource>
#include <optional>
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

  /// Is what is being compiled at the template's top, where a name that is set is seen by blocks
  /// and importers? An `if` there makes no scope, but what it holds may not run.
  enum class Top : std::uint8_t { None, Condition, Root };
  /// Has the template extended another one before this place?
  enum class Extended : std::uint8_t { No, Perhaps, Yes };

  /// Jumps to be patched.
  using Jumps = std::pmr::vector<std::size_t>;

  struct Local {
    std::string_view name;
    std::uint32_t slot;
    bool cell;
    bool loop = false;  // it is the loop itself, and stays it
  };
  /// One Jinja2 scope within a routine.
  struct Scope {
    std::vector<Local> locals;
  };
  /// A loop whose body is being compiled: the jumps that leave an iteration, to be patched.
  struct Loop {
    std::uint32_t captures;  // open when the body began
    Jumps breaks;
    Jumps continues;
  };
  /// What is being compiled: a routine, with the one around it.
  struct Unit {
    std::uint32_t routine;
    Unit* outer;
    std::vector<Scope> scopes = {};
    std::uint32_t slots = 0;
    std::vector<Loop> loops = {};
    std::uint32_t captures = 0;          // BeginCapture without its EndCapture so far
    bool in_block = false;               // a block, or a macro in one
    bool loop_of_template = false;       // a recursive loop that is no part of a macro or block
    bool in_set_block = false;           // what is printed there is captured, and never lost
    std::size_t conditional = SIZE_MAX;  // how many scopes there were at the innermost if
  };

  /// While an if is compiled: see unknown_callee().
  class Conditional {
   public:
    explicit Conditional(const Compiler& compiler)
        : unit_(*compiler.unit_), before_(unit_.conditional) {
      unit_.conditional = unit_.scopes.size();
    }
    ~Conditional() { unit_.conditional = before_; }
    Conditional(const Conditional&) = delete;
    Conditional& operator=(const Conditional&) = delete;

   private:
    Unit& unit_;
    std::size_t before_;
  };

  // statements
  void body(ast::Body statements);
  void statement(const ast::Stmt& stmt);
  void text(const ast::Stmt& stmt);
  void constant_text(std::string_view text, std::uint32_t offset);
  void print(const ast::Stmt& stmt);
  void print_tag(const ast::Stmt& stmt);
  void do_statement(const ast::Stmt& stmt);
  void if_statement(const ast::Stmt& stmt);
  const ast::Stmt* if_branch(const ast::Stmt& stmt, Jumps& done);
  void set_statement(const ast::Stmt& stmt);
  void check_namespaces(const ast::Expr* target);
  void set_block(const ast::Stmt& stmt);
  void with_statement(const ast::Stmt& stmt);
  void filter_block(const ast::Stmt& stmt);
  void autoescape(const ast::Stmt& stmt);
  void inner(const std::function<void()>& write);
  void unless_extended(const std::function<void()>& write);
  void begin_capture();
  void end_capture();
  void store(const ast::Expr* target);
  void store_name(std::string_view name);

  // loops
  void for_statement(const ast::Stmt& stmt);
  void recursive_loop(const ast::Stmt& stmt);
  void loop_code(const ast::Stmt& stmt, std::uint32_t loop);
  Jumps loop_body(const ast::Stmt& stmt, std::uint32_t loop, std::size_t next, bool counts_ends);
  void loop_variable(const Symbols& symbols, std::uint32_t loop);
  void loop_filter(const ast::Stmt& stmt, std::uint32_t loop);
  void filter_in_turn(const ast::Stmt& stmt, std::uint32_t loop, std::size_t next);
  void leave_iteration(const ast::Stmt& stmt, Jumps Loop::* jumps);

  // macros and other templates
  void macro(const ast::Stmt& stmt);
  void call_block(const ast::Stmt& stmt);
  std::uint32_t macro_routine(const ast::Stmt& stmt, std::string_view name);
  void refuse_caller(const ast::Stmt& stmt);
  void macro_scope(const ast::Stmt& stmt, const Symbols& symbols);
  void macro_code(const ast::Stmt& stmt);
  void depend(const ast::Expr& name, bool sees_context, std::uint32_t visible);
  std::uint32_t visible_locals();
  std::uint32_t context_for(const ast::Stmt& stmt);
  void include(const ast::Stmt& stmt);
  void module(const ast::Stmt& stmt);
  void import(const ast::Stmt& stmt);
  void from_import(const ast::Stmt& stmt);
  void export_name(std::string_view name, bool importable);
  void extends(const ast::Stmt& stmt);
  void collect_blocks(ast::Body statements);
  void block_code(const ast::Stmt& stmt);
  void block(const ast::Stmt& stmt);

  // expressions
  void expression(const ast::Expr* expr);
  void condition(const ast::Expr* expr, Jumps& when_false);
  void load(const ast::Expr* expr);
  void attribute(const ast::Expr* expr);
  [[nodiscard]] bool is_defined_test(const ast::Expr* expr);
  [[nodiscard]] bool is_context_name(const ast::Expr* expr);
  void short_circuit(const ast::Expr* expr, Opcode op);
  void inline_if(const ast::Expr* expr);
  void comparison(const ast::Expr* expr);
  void build(Opcode op, const ast::Expr* expr, std::uint32_t per_element);
  void concat(const ast::Expr* expr);
  void item(const ast::Expr* expr);
  void filter(const ast::Expr* expr);
  void test(const ast::Expr* expr);
  void call(const ast::Expr* expr, std::optional<std::uint32_t> caller = std::nullopt);
  void constant(Value value, const ast::Expr* expr);
  std::uint32_t arguments(const ast::Expr* expr, std::string_view name,
                          std::optional<std::uint32_t> caller = std::nullopt);
  void unknown_callee(std::string_view what, const ast::Expr* expr, std::uint32_t site,
                      const std::vector<std::string>& known);

  // scopes
  void open_scope(const Symbols& symbols, std::string_view implied = {});
  void close_scope() { unit_->scopes.pop_back(); }
  const Local* find_local(std::string_view name);
  const Local* find_local(Unit& unit, std::string_view name, std::size_t scopes);
  [[nodiscard]] std::vector<std::string_view> names_in_scope() const;
  void refuse_many(std::size_t n, std::size_t most, std::string_view what) const;
  std::uint32_t new_slot() { return unit_->slots++; }

  // code
  std::uint32_t routine_of(std::string_view name, Unit* outer, const std::function<void()>& write);
  Routine& routine() { return program_.routines[unit_->routine]; }
  std::size_t emit(Opcode op, std::size_t operand = 0, std::size_t count = 0);
  [[nodiscard]] std::size_t here() { return routine().code.size(); }
  void patch(std::size_t jump) {
    routine().code[jump].operand = static_cast<std::uint32_t>(here());
  }
  std::uint32_t name_index(std::string_view name);
  std::uint32_t print_site(const ast::Stmt& stmt);
  std::uint32_t new_site(std::uint32_t begin, std::uint32_t end, std::string_view expression);
  [[nodiscard]] std::string_view written(const ast::Expr* expr) const;
  std::uint16_t small(std::size_t n, std::string_view what) const;

  std::array<std::byte, 2048> first_memory_;
  std::pmr::monotonic_buffer_resource memory_{first_memory_.data(), first_memory_.size()};
  const EnvironmentState& environment_;
  Program& program_;
  Findings& findings_;
  Unit* unit_ = nullptr;
  Top top_ = Top::None;
  Extended extended_ = Extended::No;
  std::uint32_t extends_at_ = 0;
  std::vector<const ast::Stmt*> blocks_;
  std::uint32_t at_ = 0;  // where in the source the code that is emitted comes from
  std::pmr::unordered_map<std::string_view, std::uint32_t> name_indexes_{&memory_};
  std::size_t visible_names_ = 0;
};

}  // namespace pgjinja::jinja
