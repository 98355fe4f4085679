#include "jinja/syntax/parser.hpp"
#include "jinja/syntax/string_literal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

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

Expr* Parser::primary() {
  const std::uint32_t begin = current_.begin;
  switch (current_.kind) {
    case TokenKind::Name: break;
    case TokenKind::String: return string();
    case TokenKind::Integer: return integer();
    case TokenKind::Float: return real();
    case TokenKind::LeftBracket: return list();
    case TokenKind::LeftBrace: return dict();
    case TokenKind::LeftParen: {
      take();
      const Nesting nesting(*this);
      Expr* expr = tuple(true, {}, true);
      expect(TokenKind::RightParen);
      expr->start = begin;
      expr->end = last_end_;
      return expr;
    }
    default: unexpected("an expression");
  }
  const std::string_view name = take().text;
  if (name == "true" || name == "True" || name == "false" || name == "False") {
    Expr* expr = new_expr(ExprKind::Bool, begin);
    expr->integer = name == "true" || name == "True" ? 1 : 0;
    return expr;
  }
  if (name == "none" || name == "None") return new_expr(ExprKind::None, begin);
  Expr* expr = new_expr(ExprKind::Name, begin);
  expr->text = name;
  return expr;
}

/// A string literal's line breaks become newline_sequence before its escapes are decoded, as in
/// Jinja2's Lexer.wrap: an escaped "\n" stays what it is.
std::string_view Parser::with_newlines(std::string_view literal) {
  if (options_.newline_sequence == "\n" || literal.find('\n') == std::string_view::npos) {
    return literal;
  }
  std::string out;
  for (const char c : literal) {
    if (c == '\n') {
      out += options_.newline_sequence;
    } else {
      out += c;
    }
  }
  return arena_.copy(std::string_view(out));
}

/// Adjacent strings are one string, as in Python.
Expr* Parser::string() {
  const std::uint32_t begin = current_.begin;
  std::string_view text;
  std::string joined;
  bool plain = true;
  for (bool first = true; current_.is(TokenKind::String); first = false) {
    const Token token = take();
    const std::string_view written = with_newlines(token.text);
    const bool escaped = written.find('\\') != std::string_view::npos;
    if (first && !escaped) {
      text = written;
      continue;
    }
    if (first || plain) joined = text;
    plain = false;
    if (!decode_string(written, joined)) {
      fail("this string has a malformed escape", token);
    }
  }
  Expr* expr = new_expr(ExprKind::Text, begin);
  expr->text = plain ? text : arena_.copy(std::string_view(joined));
  return expr;
}

Expr* Parser::integer() {
  const Token token = take();
  std::string digits(token.text);
  std::erase(digits, '_');
  int base = 10;
  std::size_t from = 0;
  if (digits.size() > 2 && digits[0] == '0') {
    const char kind = static_cast<char>(digits[1] | 0x20);
    base = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 10;
    from = base == 10 ? 0 : 2;
  }
  Expr* expr = new_expr(ExprKind::Int, token.begin);
  const char* end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data() + from, end, expr->integer, base);
  if (result.ec != std::errc() || result.ptr != end) {
    fail("this integer does not fit into 64 bits", token, "write it as a string");
  }
  return expr;
}

Expr* Parser::real() {
  const Token token = take();
  std::string digits(token.text);
  std::erase(digits, '_');
  Expr* expr = new_expr(ExprKind::Float, token.begin);
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), expr->real);
  if (result.ec == std::errc::result_out_of_range) {
    fail("this number does not fit into a float", token);
  }
  return expr;
}

Expr* Parser::list() {
  const Nesting nesting(*this);
  const std::uint32_t begin = take().begin;
  auto items = arena_.list<Expr*>();
  while (!current_.is(TokenKind::RightBracket)) {
    if (!items.empty()) expect(TokenKind::Comma);
    if (current_.is(TokenKind::RightBracket)) break;
    items.push_back(expression());
  }
  expect(TokenKind::RightBracket);
  return sequence(ExprKind::List, begin, items);
}

Expr* Parser::dict() {
  const Nesting nesting(*this);
  const std::uint32_t begin = take().begin;
  auto items = arena_.list<Expr*>();
  while (!current_.is(TokenKind::RightBrace)) {
    if (!items.empty()) expect(TokenKind::Comma);
    if (current_.is(TokenKind::RightBrace)) break;
    items.push_back(expression());
    expect(TokenKind::Colon);
    items.push_back(expression());
  }
  expect(TokenKind::RightBrace);
  return sequence(ExprKind::Dict, begin, items);
}

Expr* Parser::postfix(Expr* expr) {
  while (true) {
    if (current_.is(TokenKind::Dot) || current_.is(TokenKind::LeftBracket)) {
      expr = subscript(expr);
    } else if (current_.is(TokenKind::LeftParen)) {
      expr = call(expr);
    } else {
      return expr;
    }
  }
}

Expr* Parser::filters_and_tests(Expr* expr) {
  while (true) {
    if (skip(TokenKind::Pipe)) {
      expr = filter(expr);
    } else if (expr != nullptr && current_.is_name("is")) {
      take();
      expr = test(expr);
    } else if (expr != nullptr && current_.is(TokenKind::LeftParen)) {
      expr = call(expr);
    } else {
      return expr;
    }
  }
}

std::string_view Parser::dotted_name() {
  const Token first = expect(TokenKind::Name);
  std::string name(first.text);
  if (!current_.is(TokenKind::Dot)) return first.text;
  while (skip(TokenKind::Dot)) {
    name += '.';
    name += expect(TokenKind::Name).text;
  }
  return arena_.copy(std::string_view(name));
}

Expr* Parser::filter(Expr* input) {
  const std::uint32_t begin = current_.begin;
  const std::string_view name = dotted_name();
  ast::Arguments args;
  if (current_.is(TokenKind::LeftParen)) args = arguments();
  Expr* expr = new_expr(ExprKind::Filter, begin);
  expr->text = name;
  expr->a = input;
  expr->args = args;
  return finish(expr);
}

/// `is [not] name`, with arguments in parentheses or one argument behind it (`is divisibleby 3`).
Expr* Parser::test(Expr* input) {
  const std::uint32_t begin = current_.begin;
  const bool negated = skip_name("not");
  const std::string_view name = dotted_name();
  ast::Arguments args;
  static constexpr std::array kArgumentStarts = {TokenKind::Name,        TokenKind::String,
                                                 TokenKind::Integer,     TokenKind::Float,
                                                 TokenKind::LeftBracket, TokenKind::LeftBrace};
  const bool starts = std::find(kArgumentStarts.begin(), kArgumentStarts.end(), current_.kind) !=
                      kArgumentStarts.end();
  if (current_.is(TokenKind::LeftParen)) {
    args = arguments();
  } else if (starts && !at_end_tag({"else", "or", "and"})) {
    if (current_.is_name("is")) fail("tests with 'is' cannot be chained", current_);
    args.positional = arena_.one(postfix(primary()));
  }
  Expr* expr = new_expr(ExprKind::Test, begin);
  expr->text = name;
  expr->a = input;
  expr->args = args;
  finish(expr);
  if (!negated) return expr;
  Expr* inverted = new_expr(ExprKind::Not, begin);
  inverted->a = expr;
  return finish(inverted);
}

Expr* Parser::subscript(Expr* object) {
  if (skip(TokenKind::Dot)) {
    if (current_.is(TokenKind::Integer)) {
      return pair(ExprKind::Item, object, integer());
    }
    const Token name = expect(TokenKind::Name);
    Expr* expr = new_expr(ExprKind::Attribute, object->begin);
    expr->a = object;
    expr->text = name.text;
    return finish(expr);
  }
  const Nesting nesting(*this);
  const std::uint32_t begin = expect(TokenKind::LeftBracket).begin;
  auto items = arena_.list<Expr*>();
  while (!current_.is(TokenKind::RightBracket)) {
    if (!items.empty()) expect(TokenKind::Comma);
    items.push_back(subscribed());
  }
  if (items.empty()) unexpected("an expression");
  expect(TokenKind::RightBracket);
  Expr* index = items.front();
  if (items.size() > 1) index = sequence(ExprKind::Tuple, begin, items);
  return pair(ExprKind::Item, object, index);
}

Expr* Parser::subscribed() {
  const std::uint32_t begin = current_.begin;
  const auto part = [this]() -> Expr* {
    const bool empty = current_.is(TokenKind::Colon) || current_.is(TokenKind::RightBracket) ||
                       current_.is(TokenKind::Comma);
    return empty ? nullptr : expression();
  };
  Expr* first = part();
  if (first != nullptr && !current_.is(TokenKind::Colon)) return first;
  expect(TokenKind::Colon);
  Expr* second = part();
  Expr* third = skip(TokenKind::Colon) ? part() : nullptr;
  Expr* expr = new_expr(ExprKind::Slice, begin);
  expr->a = first;
  expr->b = second;
  expr->c = third;
  return finish(expr);
}

Expr* Parser::call(Expr* callee) {
  const ast::Arguments args = arguments();
  Expr* expr = new_expr(ExprKind::Call, callee->begin);
  expr->a = callee;
  expr->args = args;
  return finish(expr);
}

ast::Arguments Parser::arguments() {
  const Nesting nesting(*this);
  expect(TokenKind::LeftParen);
  ast::Arguments args;
  auto positional = arena_.list<Expr*>();
  auto keywords = arena_.list<ast::Keyword>();
  bool first = true;
  while (!current_.is(TokenKind::RightParen)) {
    if (!first) expect(TokenKind::Comma);
    first = false;
    if (current_.is(TokenKind::RightParen)) break;
    const Token at = current_;
    if (skip(TokenKind::Multiply)) {
      if (args.star != nullptr || args.double_star != nullptr) fail("only one '*' argument", at);
      args.star = expression();
    } else if (skip(TokenKind::Power)) {
      if (args.double_star != nullptr) fail("only one '**' argument", at);
      args.double_star = expression();
    } else if (at.is(TokenKind::Name) && ahead().is(TokenKind::Assign)) {
      if (args.double_star != nullptr) fail("a named argument follows a '**' argument", at);
      const auto same = [&at](const ast::Keyword& k) { return k.name == at.text; };
      if (std::any_of(keywords.begin(), keywords.end(), same)) {
        fail(fmt::format("the argument '{}' is given twice", at.text), at);
      }
      take();
      take();
      keywords.push_back({at.text, expression(), at.begin});
    } else {
      if (args.star != nullptr || args.double_star != nullptr || !keywords.empty()) {
        fail("a positional argument follows a named one", at);
      }
      positional.push_back(expression());
    }
  }
  expect(TokenKind::RightParen);
  args.positional = arena_.copy(positional);
  args.keywords = arena_.copy(keywords);
  return args;
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
