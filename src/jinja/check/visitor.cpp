#include "jinja/check/visitor.hpp"

namespace pgjinja::jinja {

void Visitor::body(ast::Body statements) {
  for (const ast::Stmt* stmt : statements) statement(*stmt);
}

void Visitor::header(const ast::Stmt& stmt) {
  optional(stmt.value);
  if (stmt.target != nullptr) target(*stmt.target);
  optional(stmt.test);
  for (const ast::Param& param : stmt.params) optional(param.fallback);
  for (const ast::Expr* value : stmt.values) expression(*value);
  for (const ast::Expr* each : stmt.targets) target(*each);
}

void Visitor::statement(const ast::Stmt& stmt) {
  header(stmt);
  body(stmt.body);
  body(stmt.other);
}

void Visitor::target(const ast::Expr& target) {
  if (target.kind == ast::ExprKind::Attribute) expression(*target.a);
  for (const ast::Expr* item : target.items) this->target(*item);
}

void Visitor::expression(const ast::Expr& expr) {
  optional(expr.a);
  optional(expr.b);
  optional(expr.c);
  for (const ast::Expr* item : expr.items) expression(*item);
  for (const ast::Comparison& comparison : expr.comparisons) expression(*comparison.right);
  for (const ast::Expr* argument : expr.args.positional) expression(*argument);
  for (const ast::Keyword& keyword : expr.args.keywords) expression(*keyword.value);
  optional(expr.args.star);
  optional(expr.args.double_star);
}

}  // namespace pgjinja::jinja
