// Operators from the loosest to the tightest, and what is assigned to.

#include "jinja/syntax/parser.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace pgjinja::jinja {

using ast::BinaryOp;
using ast::CompareOp;
using ast::Expr;
using ast::ExprKind;

Expr* Parser::new_expr(ExprKind kind, std::uint32_t begin) {
  Expr* expr = arena_.make<Expr>();
  expr->kind = kind;
  expr->begin = begin;
  expr->start = begin;
  expr->end = last_end_;
  return expr;
}

/// Bounds the depth of the tree, which long chains reach without the parser's recursing:
/// everything that walks it recurses.
Expr* Parser::finish(Expr* expr) const {
  std::uint32_t below = 0;
  const auto look = [&below](const Expr* child) {
    if (child != nullptr) below = std::max(below, child->depth);
  };
  look(expr->a);
  look(expr->b);
  look(expr->c);
  for (const Expr* item : expr->items) look(item);
  for (const ast::Comparison& comparison : expr->comparisons) look(comparison.right);
  for (const Expr* argument : expr->args.positional) look(argument);
  for (const ast::Keyword& keyword : expr->args.keywords) look(keyword.value);
  look(expr->args.star);
  look(expr->args.double_star);
  expr->depth = below + 1;
  const Expr* first = expr->items.empty() ? expr->a : expr->items.front();
  if (first != nullptr) expr->start = std::min(expr->start, first->start);
  constexpr std::uint32_t kLevelsPerNesting = 4;
  if (expr->depth > options_.limits.nesting * kLevelsPerNesting) {
    throw Error(ErrorKind::Limit, "this expression has too many operations in one chain")
        .at(source_.place(expr->begin, expr->end - expr->begin))
        .hint(fmt::format("split it with {}, or raise Limits::nesting",
                          options_.delimiters.tag("set")));
  }
  return expr;
}

Expr* Parser::pair(ExprKind kind, Expr* left, Expr* right) {
  Expr* expr = new_expr(kind, left->begin);
  expr->a = left;
  expr->b = right;
  return finish(expr);
}

Expr* Parser::sequence(ExprKind kind, std::uint32_t begin, const Arena::List<Expr*>& items) {
  Expr* expr = new_expr(kind, begin);
  expr->items = arena_.copy(items);
  return finish(expr);
}

Expr* Parser::binary(BinaryOp op, Expr* left, Expr* right) {
  Expr* expr = pair(ExprKind::Binary, left, right);
  expr->op = op;
  return expr;
}

/// `a if b else c`; without else the value is undefined when b is false.
Expr* Parser::expression() {
  const Nesting nesting(*this);
  Expr* expr = or_expression();
  while (skip_name("if")) {
    Expr* condition = or_expression();
    Expr* other = skip_name("else") ? expression() : nullptr;
    Expr* whole = new_expr(ExprKind::Condition, expr->begin);
    whole->a = expr;
    whole->b = condition;
    whole->c = other;
    expr = finish(whole);
  }
  return expr;
}

/// One expression, or several with commas, which make a tuple.
Expr* Parser::tuple(bool with_condition, Names ends, bool in_parentheses) {
  const std::uint32_t begin = current_.begin;
  const auto at_end = [&] {
    return current_.is(TokenKind::VariableEnd) || current_.is(TokenKind::BlockEnd) ||
           current_.is(TokenKind::RightParen) || at_end_tag(ends);
  };
  const auto element = [&] {
    return with_condition ? expression() : expression_without_condition();
  };
  auto items = arena_.list<Expr*>();
  if (at_end()) {
    if (!in_parentheses) unexpected("an expression");
    return sequence(ExprKind::Tuple, begin, items);
  }
  Expr* first = element();
  if (!current_.is(TokenKind::Comma)) return first;
  items.push_back(first);
  while (current_.is(TokenKind::Comma)) {
    take();
    if (at_end()) break;
    items.push_back(element());
  }
  return sequence(ExprKind::Tuple, begin, items);
}

/// Is the current token an expression by itself? What follows it says so.
bool Parser::stands_alone() {
  const bool operand = current_.is(TokenKind::Name) || current_.is(TokenKind::String) ||
                       current_.is(TokenKind::Integer);
  if (!operand || current_.is_name("not")) return false;
  switch (ahead().kind) {
    case TokenKind::VariableEnd:
    case TokenKind::BlockEnd:
    case TokenKind::RightParen:
    case TokenKind::Comma: return true;
    default: return false;
  }
}

Expr* Parser::or_expression() {
  if (stands_alone()) return primary();  // as most do: the way through all levels is long
  Expr* left = and_expression();
  while (skip_name("or")) left = pair(ExprKind::Or, left, and_expression());
  return left;
}

Expr* Parser::and_expression() {
  Expr* left = not_expression();
  while (skip_name("and")) left = pair(ExprKind::And, left, not_expression());
  return left;
}

Expr* Parser::not_expression() {
  if (!current_.is_name("not")) return comparison();
  const Nesting nesting(*this);
  const std::uint32_t begin = take().begin;
  Expr* inner = not_expression();
  Expr* expr = new_expr(ExprKind::Not, begin);
  expr->a = inner;
  return finish(expr);
}

namespace {

bool compare_op(TokenKind kind, CompareOp& op) {
  switch (kind) {
    case TokenKind::Equal: op = CompareOp::Equal; return true;
    case TokenKind::NotEqual: op = CompareOp::NotEqual; return true;
    case TokenKind::Less: op = CompareOp::Less; return true;
    case TokenKind::LessEqual: op = CompareOp::LessEqual; return true;
    case TokenKind::Greater: op = CompareOp::Greater; return true;
    case TokenKind::GreaterEqual: op = CompareOp::GreaterEqual; return true;
    default: return false;
  }
}

}  // namespace

Expr* Parser::comparison() {
  Expr* left = sum();
  auto chain = arena_.list<ast::Comparison>();
  while (true) {
    CompareOp op{};
    if (compare_op(current_.kind, op)) {
      take();
    } else if (skip_name("in")) {
      op = CompareOp::In;
    } else if (current_.is_name("not") && ahead().is_name("in")) {
      take();
      take();
      op = CompareOp::NotIn;
    } else {
      break;
    }
    chain.push_back({op, sum()});
  }
  if (chain.empty()) return left;
  Expr* expr = new_expr(ExprKind::Compare, left->begin);
  expr->a = left;
  expr->comparisons = arena_.copy(chain);
  return finish(expr);
}

Expr* Parser::sum() {
  Expr* left = concatenation();
  while (current_.is(TokenKind::Add) || current_.is(TokenKind::Subtract)) {
    const BinaryOp op = take().is(TokenKind::Add) ? BinaryOp::Add : BinaryOp::Subtract;
    left = binary(op, left, concatenation());
  }
  return left;
}

Expr* Parser::concatenation() {
  Expr* first = product();
  if (!current_.is(TokenKind::Tilde)) return first;
  auto items = arena_.list<Expr*>();
  items.push_back(first);
  while (skip(TokenKind::Tilde)) items.push_back(product());
  return sequence(ExprKind::Concat, first->begin, items);
}

Expr* Parser::product() {
  Expr* left = power();
  while (true) {
    BinaryOp op{};
    switch (current_.kind) {
      case TokenKind::Multiply: op = BinaryOp::Multiply; break;
      case TokenKind::Divide: op = BinaryOp::Divide; break;
      case TokenKind::FloorDivide: op = BinaryOp::FloorDivide; break;
      case TokenKind::Modulo: op = BinaryOp::Modulo; break;
      default: return left;
    }
    take();
    left = binary(op, left, power());
  }
}

/// Unlike Python, Jinja2 reads `**` from left to right, and a sign binds tighter than it.
Expr* Parser::power() {
  Expr* left = unary(true);
  while (skip(TokenKind::Power)) left = binary(BinaryOp::Power, left, unary(true));
  return left;
}

Expr* Parser::unary(bool with_filters) {
  Expr* expr = nullptr;
  if (current_.is(TokenKind::Subtract) || current_.is(TokenKind::Add)) {
    const Nesting nesting(*this);
    const Token sign = take();
    Expr* operand = unary(false);
    expr =
        new_expr(sign.is(TokenKind::Subtract) ? ExprKind::Negate : ExprKind::Positive, sign.begin);
    expr->a = operand;
    finish(expr);
  } else {
    expr = primary();
  }
  expr = postfix(expr);
  return with_filters ? filters_and_tests(expr) : expr;
}

/// A name to assign to; where a namespace may stand, also `name.attribute`.
Expr* Parser::assign_name(bool with_namespace) {
  const Token token = expect(TokenKind::Name);
  Expr* expr = new_expr(ExprKind::Name, token.begin);
  expr->text = token.text;
  if (with_namespace && skip(TokenKind::Dot)) {
    Expr* attribute = new_expr(ExprKind::Attribute, token.begin);
    attribute->a = expr;
    attribute->text = expect(TokenKind::Name).text;
    return finish(attribute);
  }
  check_target(expr);
  return expr;
}

Expr* Parser::assign_target(bool with_tuple, Names ends, bool with_namespace) {
  if (!with_tuple) return assign_name();
  const std::uint32_t begin = current_.begin;
  auto items = arena_.list<Expr*>();
  bool is_tuple = false;
  while (!at_end_tag(ends) && !current_.is(TokenKind::Assign)) {
    if (current_.is(TokenKind::LeftParen)) {
      const Nesting nesting(*this);
      take();
      items.push_back(assign_target(true, {}, with_namespace));
      expect(TokenKind::RightParen);
    } else {
      items.push_back(assign_name(with_namespace));
    }
    if (!skip(TokenKind::Comma)) break;
    is_tuple = true;
  }
  if (items.empty()) unexpected("a name");
  if (!is_tuple) return items.front();
  return sequence(ExprKind::Tuple, begin, items);
}

void Parser::check_target(const Expr* target) {
  static constexpr std::array kReserved = {"true", "false", "none", "True", "False", "None"};
  if (std::find(kReserved.begin(), kReserved.end(), target->text) == kReserved.end()) return;
  throw Error(ErrorKind::Syntax, fmt::format("'{}' cannot be assigned to", target->text))
      .at(source_.place(target->begin, target->text.size()));
}

}  // namespace pgjinja::jinja
