#pragma once

#include "jinja/syntax/ast.hpp"

#include <array>
#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace pgjinja::jinja {

/// What a macro that reads these names is given beside its parameters (Jinja2's Macro class).
inline constexpr std::array<std::string_view, 3> kMacroExtras = {"caller", "varargs", "kwargs"};

/// What one scope does with a name.
struct Symbol {
  std::string_view name;
  bool stored = false;  ///< assigned in this scope: a local of it
  bool read_first =
      false;              ///< may be read before it is assigned, so it starts with the outer value
  bool captured = false;  ///< read by a macro defined in here, so it lives in a cell
  bool extra = false;     ///< of a macro: one of kMacroExtras, given to it by each call
};

/// The names of one scope, as Jinja2 scopes them (its idtracking module is the rule book): a
/// for body, a with, a block set and a macro have a scope each; `if` has none.
class Symbols {
 public:
  /// Stores into `target`, then what `body` does.
  static Symbols of_body(ast::Body body, const ast::Expr* target = nullptr,
                         const ast::Expr* test = nullptr);
  /// A macro, or the body of a call block: with `caller`, `varargs` and `kwargs` as locals where
  /// it, or a macro inside, reads them.
  static Symbols of_macro(const ast::Stmt& macro);
  static Symbols of_with(const ast::Stmt& with);
  static Symbols of_filter_block(const ast::Stmt& block);

  [[nodiscard]] const std::vector<Symbol>& all() const noexcept { return symbols_; }
  /// Is `name` read in here from outside of this scope?
  [[nodiscard]] bool reads(std::string_view name) const;

 private:
  void visit(ast::Body body, bool conditional);
  void visit(const ast::Stmt& stmt, bool conditional);
  void visit_if(const ast::Stmt& stmt);
  void visit_scope(const ast::Stmt& stmt, bool conditional);
  void visit_template(const ast::Stmt& stmt, bool conditional);
  void visit_for(const ast::Stmt& stmt);
  void visit(const ast::Expr* expr);
  void visit(const ast::Arguments& args);
  void store(const ast::Expr* target, bool conditional);
  void store(std::string_view name, bool conditional);
  void read(std::string_view name, bool captured = false);
  void inherit(const Symbols& inner, bool captured);
  void capture_what_includes_see();
  void mention(std::string_view name);
  [[nodiscard]] bool assigns(std::string_view name) const;
  Symbol& symbol(std::string_view name);

  std::vector<Symbol> symbols_;
  std::unordered_map<std::string_view, std::size_t> index_;  // of symbols_, once there are many
  std::vector<bool> assigned_;  // parallel to symbols_: certainly assigned by now
  // Which of kMacroExtras are read in here, also by macros inside, before they are assigned.
  std::array<bool, kMacroExtras.size()> mentions_ = {};
  bool exposes_ = false;       // an include has seen all locals
  bool captures_all_ = false;  // the include stands in a macro that is defined in here
};

}  // namespace pgjinja::jinja
