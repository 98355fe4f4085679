#pragma once

#include "jinja/syntax/ast.hpp"

namespace pgjinja::jinja {

/// Walks a syntax tree in the order of the text. Override what is of interest, and call the base's
/// method to go on below it.
class Visitor {
 public:
  virtual ~Visitor() = default;

  virtual void statement(const ast::Stmt& stmt);
  virtual void expression(const ast::Expr& expr);
  /// What a statement assigns to: names, tuples of them, attributes of namespaces.
  virtual void target(const ast::Expr& target);

  void body(ast::Body statements);

 protected:
  /// The parts of a statement, each one of the calls above.
  void header(const ast::Stmt& stmt);
  void optional(const ast::Expr* expr) {
    if (expr != nullptr) expression(*expr);
  }
};

}  // namespace pgjinja::jinja
