// What operators stand between: names and literals, and what may follow these (attributes, items,
// calls, filters and tests).

#include "jinja/syntax/parser.hpp"
#include "jinja/syntax/string_literal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include <fmt/format.h>

namespace pgjinja::jinja {

using ast::Expr;
using ast::ExprKind;

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

}  // namespace pgjinja::jinja
