#pragma once

#include "jinja/syntax/ast.hpp"

#include <string>

#include <fmt/format.h>

namespace pgjinja::jinja {

/// A syntax tree as s-expressions.
inline std::string printed(const ast::Expr* expr);
inline std::string printed(ast::Body body);

namespace detail {

inline std::string symbol(ast::BinaryOp op) {
  static constexpr const char* kSymbols[] = {"+", "-", "*", "/", "//", "%", "**"};
  return kSymbols[static_cast<int>(op)];
}
inline std::string symbol(ast::CompareOp op) {
  static constexpr const char* kSymbols[] = {"==", "!=", "<", "<=", ">", ">=", "in", "not-in"};
  return kSymbols[static_cast<int>(op)];
}

inline std::string list(const std::string& head, std::span<ast::Expr* const> items) {
  std::string out = "(" + head;
  for (const ast::Expr* item : items) out += " " + printed(item);
  return out + ")";
}

inline std::string with_arguments(const std::string& head, const ast::Expr& e) {
  std::string out = "(" + head + " " + printed(e.a);
  for (const ast::Expr* argument : e.args.positional) out += " " + printed(argument);
  for (const ast::Keyword& k : e.args.keywords)
    out += fmt::format(" {}={}", k.name, printed(k.value));
  if (e.args.star != nullptr) out += " *" + printed(e.args.star);
  if (e.args.double_star != nullptr) out += " **" + printed(e.args.double_star);
  return out + ")";
}

inline std::string comparison(const ast::Expr& e) {
  std::string out = "(compare " + printed(e.a);
  for (const ast::Comparison& c : e.comparisons) {
    out += " " + symbol(c.op) + " " + printed(c.right);
  }
  return out + ")";
}

inline std::string parameters(const ast::Stmt& s) {
  std::string out;
  for (const ast::Param& p : s.params) {
    out += fmt::format(" {}", p.name);
    if (p.fallback != nullptr) out += "=" + printed(p.fallback);
  }
  return out;
}

inline std::string statement(const ast::Stmt& s) {
  using ast::StmtKind;
  switch (s.kind) {
    case StmtKind::Text: return fmt::format("'{}'", s.text);
    case StmtKind::Print: return fmt::format("(print {})", printed(s.value));
    case StmtKind::If: {
      const std::string other = s.other.empty() ? "" : fmt::format(" ({})", printed(s.other));
      return fmt::format("(if {} ({}){})", printed(s.value), printed(s.body), other);
    }
    case StmtKind::For:
      return fmt::format("({} {} {} {} ({}) ({}))", s.recursive ? "for-recursive" : "for",
                         printed(s.target), printed(s.value), printed(s.test), printed(s.body),
                         printed(s.other));
    case StmtKind::PrintTag: return list("print", s.values);
    case StmtKind::Break: return "(break)";
    case StmtKind::Continue: return "(continue)";
    case StmtKind::Do: return fmt::format("(do {})", printed(s.value));
    case StmtKind::FilterBlock:
      return fmt::format("(filter-block {} ({}))", printed(s.value), printed(s.body));
    case StmtKind::Autoescape:
      return fmt::format("(autoescape {} ({}))", printed(s.value), printed(s.body));
    case StmtKind::Set: return fmt::format("(set {} {})", printed(s.target), printed(s.value));
    case StmtKind::SetBlock:
      return fmt::format("(set-block {} {} ({}))", printed(s.target), printed(s.value),
                         printed(s.body));
    case StmtKind::With: {
      std::string out = "(with";
      for (std::size_t i = 0; i < s.targets.size(); ++i) {
        out += " " + printed(s.targets[i]) + " " + printed(s.values[i]);
      }
      return out + fmt::format(" ({}))", printed(s.body));
    }
    case StmtKind::Include:
      return fmt::format("(include {}{}{})", printed(s.value),
                         s.ignore_missing ? " ignore-missing" : "",
                         s.with_context ? "" : " without-context");
    case StmtKind::Macro:
      return fmt::format("(macro {}{} ({}))", s.text, parameters(s), printed(s.body));
    case StmtKind::CallBlock:
      return fmt::format("(call-block {}{} ({}))", printed(s.value), parameters(s),
                         printed(s.body));
    case StmtKind::Import:
      return fmt::format("(import {} {}{})", printed(s.value), s.text,
                         s.with_context ? " with-context" : "");
    case StmtKind::FromImport: {
      std::string out = "(from " + printed(s.value);
      for (const ast::ImportedName& i : s.imports) out += fmt::format(" {}:{}", i.name, i.alias);
      return out + (s.with_context ? " with-context)" : ")");
    }
    case StmtKind::Extends: return fmt::format("(extends {})", printed(s.value));
    case StmtKind::Block:
      return fmt::format("(block {}{}{} ({}))", s.text, s.scoped ? " scoped" : "",
                         s.required ? " required" : "", printed(s.body));
  }
  return "?";
}

}  // namespace detail

inline std::string printed(const ast::Expr* expr) {
  using ast::ExprKind;
  if (expr == nullptr) return "_";
  const ast::Expr& e = *expr;
  switch (e.kind) {
    case ExprKind::Text: return fmt::format("'{}'", e.text);
    case ExprKind::Int: return std::to_string(e.integer);
    case ExprKind::Float: return fmt::format("{}", e.real);
    case ExprKind::Bool: return e.integer != 0 ? "true" : "false";
    case ExprKind::None: return "none";
    case ExprKind::Name: return std::string(e.text);
    case ExprKind::List: return detail::list("list", e.items);
    case ExprKind::Tuple: return detail::list("tuple", e.items);
    case ExprKind::Dict: return detail::list("dict", e.items);
    case ExprKind::Concat: return detail::list("~", e.items);
    case ExprKind::Attribute: return fmt::format("(attr {} {})", printed(e.a), e.text);
    case ExprKind::Item: return fmt::format("(item {} {})", printed(e.a), printed(e.b));
    case ExprKind::Slice:
      return fmt::format("(slice {} {} {})", printed(e.a), printed(e.b), printed(e.c));
    case ExprKind::Call: return detail::with_arguments("call", e);
    case ExprKind::Filter: return detail::with_arguments(fmt::format("filter {}", e.text), e);
    case ExprKind::Test: return detail::with_arguments(fmt::format("test {}", e.text), e);
    case ExprKind::Negate: return fmt::format("(neg {})", printed(e.a));
    case ExprKind::Positive: return fmt::format("(pos {})", printed(e.a));
    case ExprKind::Not: return fmt::format("(not {})", printed(e.a));
    case ExprKind::And: return fmt::format("(and {} {})", printed(e.a), printed(e.b));
    case ExprKind::Or: return fmt::format("(or {} {})", printed(e.a), printed(e.b));
    case ExprKind::Binary:
      return fmt::format("({} {} {})", detail::symbol(e.op), printed(e.a), printed(e.b));
    case ExprKind::Compare: return detail::comparison(e);
    case ExprKind::Condition:
      return fmt::format("(if {} {}{})", printed(e.b), printed(e.a),
                         e.c == nullptr ? "" : " " + printed(e.c));
  }
  return "?";
}

inline std::string printed(ast::Body body) {
  std::string out;
  for (const ast::Stmt* stmt : body) {
    if (!out.empty()) out += ' ';
    out += detail::statement(*stmt);
  }
  return out;
}

}  // namespace pgjinja::jinja
