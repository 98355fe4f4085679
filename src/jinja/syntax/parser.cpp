#include "jinja/syntax/parser.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace pgjinja::jinja {

using ast::Stmt;
using ast::StmtKind;

Nesting::Nesting(Parser& parser) : parser_(parser) {
  // Counted before the check: the destructor does not run when this throws.
  if (parser.nesting_ >= parser.options_.limits.nesting) {
    throw Error(ErrorKind::Limit, fmt::format("the template is nested deeper than {} levels",
                                              parser.options_.limits.nesting))
        .at(parser.source_.place(parser.current_.begin))
        .hint("simplify it, or raise Limits::nesting");
  }
  ++parser.nesting_;
}

Parser::Parser(const Source& source, const Options& options, Arena& arena, Findings& findings)
    : source_(source),
      options_(options),
      arena_(arena),
      findings_(findings),
      lexer_(source, options) {}

Token Parser::take() {
  const Token token = current_;
  last_end_ = token.end;
  if (has_ahead_) {
    current_ = ahead_;
    has_ahead_ = false;
  } else {
    current_ = lexer_.next();
  }
  return token;
}

const Token& Parser::ahead() {
  if (!has_ahead_) {
    ahead_ = lexer_.next();
    has_ahead_ = true;
  }
  return ahead_;
}

bool Parser::skip(TokenKind kind) {
  if (!current_.is(kind)) return false;
  take();
  return true;
}
bool Parser::skip_name(std::string_view name) {
  if (!current_.is_name(name)) return false;
  take();
  return true;
}

Token Parser::expect(TokenKind kind) {
  if (!current_.is(kind)) unexpected(lexer_.name_of(kind));
  return take();
}
void Parser::expect_name(std::string_view name) {
  if (!current_.is_name(name)) unexpected(fmt::format("'{}'", name));
  take();
}

void Parser::fail(std::string message, const Token& at, std::string hint) const {
  Error error(ErrorKind::Syntax, std::move(message));
  error.at(source_.place(at.begin, std::max(1U, at.end - at.begin)));
  if (!hint.empty()) error.hint(source_.delimiters().rewritten(std::move(hint)));
  throw error;
}

void Parser::unexpected(std::string_view wanted) const {
  const std::string found =
      current_.is(TokenKind::Name) ? fmt::format("'{}'", current_.text) : lexer_.name_of(current_);
  fail(fmt::format("expected {}, found {}", wanted, found), current_);
}

ast::Body Parser::parse() {
  std::vector<Stmt*> all;
  const auto advance = [this, &all] {
    if (current_.begin == 0 && all.empty() && current_.text.data() == nullptr) take();
    const ast::Body body = statements({});
    all.insert(all.end(), body.begin(), body.end());
  };
  // A tag that closes nothing stops statements(); with findings we go on behind it.
  do {
    header(advance);
  } while (!current_.is(TokenKind::End));
  return arena_.copy(all);
}

/// Runs `parse`; an error is reported, and if findings are collected, parsing goes on behind the
/// tag that it happened in. Says whether all went well.
bool Parser::header(const std::function<void()>& parse) {
  try {
    parse();
    return true;
  } catch (const Error& error) {
    findings_.report(error);
    if (error.kind() == ErrorKind::Limit) {
      current_ = {};
      return false;
    }
  }
  const bool past_tag = current_.is(TokenKind::BlockEnd) || current_.is(TokenKind::VariableEnd);
  if (!past_tag) lexer_.skip_tag();
  has_ahead_ = false;
  current_ = {};
  try {
    take();
  } catch (const Error& error) {  // nothing more to be had from this source
    findings_.report(error);
    current_ = {};
  }
  return false;
}

bool Parser::at_end_tag(Names ends) const {
  return current_.is(TokenKind::Name) &&
         std::find(ends.begin(), ends.end(), current_.text) != ends.end();
}

/// Statements up to a tag whose name is in `ends` (current token: that name) or, without ends, up
/// to the end of the template.
ast::Body Parser::statements(Names ends) {
  const Nesting nesting(*this);
  std::vector<Stmt*> out;
  while (!current_.is(TokenKind::End)) {
    if (current_.is(TokenKind::Data)) {
      Stmt* text = new_stmt(StmtKind::Text);
      text->text = take().text;
      text->end = last_end_;
      out.push_back(text);
    } else if (current_.is(TokenKind::VariableBegin)) {
      header([&] { out.push_back(print()); });
    } else {
      const Token begin = expect(TokenKind::BlockBegin);
      if (at_end_tag(ends)) return arena_.copy(out);
      open_tags_.push_back(begin);
      header([&] { statement(out); });
      open_tags_.pop_back();
    }
  }
  if (ends.size() != 0) {
    fail(fmt::format("this tag is never closed: expected '{}'",
                     options_.delimiters.tag(*(ends.end() - 1))),
         open_tags_.back());
  }
  return arena_.copy(out);
}

Stmt* Parser::new_stmt(StmtKind kind) {
  auto* stmt = arena_.make<Stmt>();
  stmt->kind = kind;
  stmt->begin = current_.begin;
  return stmt;
}

Stmt* Parser::print() {
  Stmt* stmt = new_stmt(StmtKind::Print);
  expect(TokenKind::VariableBegin);
  stmt->value = tuple(true, {}, false);
  expect(TokenKind::VariableEnd);
  stmt->end = last_end_;
  return stmt;
}

void Parser::statement(std::vector<Stmt*>& out) {
  if (!current_.is(TokenKind::Name)) unexpected("a tag name");
  struct Tag {
    std::string_view name;
    Stmt* (Parser::*parse)();
  };
  static constexpr Tag kTags[] = {{"if", &Parser::if_statement},
                                  {"for", &Parser::for_statement},
                                  {"set", &Parser::set_statement},
                                  {"with", &Parser::with_statement},
                                  {"include", &Parser::include_statement},
                                  {"macro", &Parser::macro_statement},
                                  {"call", &Parser::call_statement},
                                  {"filter", &Parser::filter_statement},
                                  {"block", &Parser::block_statement},
                                  {"extends", &Parser::extends_statement},
                                  {"import", &Parser::import_statement},
                                  {"from", &Parser::from_statement},
                                  {"do", &Parser::do_statement},
                                  {"break", &Parser::break_statement},
                                  {"continue", &Parser::continue_statement},
                                  {"print", &Parser::print_statement},
                                  {"autoescape", &Parser::autoescape_statement}};
  for (const Tag& tag : kTags) {
    if (!current_.is_name(tag.name)) continue;
    const std::uint32_t begin = open_tags_.back().begin;
    Stmt* stmt = (this->*tag.parse)();
    stmt->begin = begin;
    stmt->end = last_end_;
    out.push_back(stmt);
    return;
  }
  unknown_tag();
}

void Parser::unknown_tag() {
  const std::string_view name = current_.text;
  if (name.starts_with("end") || name == "else" || name == "elif") {
    std::string hint;
    if (open_tags_.size() > 1) {
      const SourcePlace open = source_.place(open_tags_[open_tags_.size() - 2].begin);
      hint = fmt::format("the innermost open tag is the one at line {}", open.line);
    }
    fail(fmt::format("'{}' closes nothing that is open here", name), current_, std::move(hint));
  }
  fail(fmt::format("unknown tag '{}'", name), current_);
}

void Parser::end_block() { expect(TokenKind::BlockEnd); }

/// Ends a tag that has a body. Jinja2 takes a colon in front of the `%}`, as Python writes it.
void Parser::begin_body() {
  skip(TokenKind::Colon);
  end_block();
}

/// The body up to its end tag, which is taken.
ast::Body Parser::last_body(std::string_view end) {
  const ast::Body body = statements({end});
  take();
  end_block();
  return body;
}

/// A tag that was reported leaves its statement half made: this gives it what the compiler needs to
/// look for errors in its body.
void Parser::complete(Stmt* stmt) {
  if (stmt->value == nullptr) stmt->value = new_expr(ast::ExprKind::None, stmt->begin);
  if (stmt->target == nullptr) stmt->target = new_expr(ast::ExprKind::Name, stmt->begin);
}

Stmt* Parser::if_statement() {
  Stmt* stmt = new_stmt(StmtKind::If);
  header([&] {
    take();  // if or elif
    stmt->value = tuple(false, {}, false);
    begin_body();
  });
  complete(stmt);
  stmt->body = statements({"elif", "else", "endif"});
  if (current_.is_name("elif")) {
    const Nesting nesting(*this);
    Stmt* nested = if_statement();  // it takes the endif
    nested->end = last_end_;
    stmt->other = arena_.copy(std::vector<Stmt*>{nested});
    return stmt;
  }
  if (skip_name("else")) {
    begin_body();
    stmt->other = statements({"endif"});
  }
  take();
  end_block();
  return stmt;
}

Stmt* Parser::for_statement() {
  Stmt* stmt = new_stmt(StmtKind::For);
  header([&] {
    take();
    stmt->target = assign_target(true, {"in"});
    refuse_loop(stmt->target);
    expect_name("in");
    stmt->value = tuple(false, {"recursive"}, false);
    if (skip_name("if")) stmt->test = expression();
    stmt->recursive = skip_name("recursive");
    begin_body();
  });
  complete(stmt);
  stmt->body = statements({"else", "endfor"});
  if (skip_name("else")) {
    begin_body();
    stmt->other = statements({"endfor"});
  }
  take();
  end_block();
  return stmt;
}

/// The loop variable is made by the for itself.
void Parser::refuse_loop(const ast::Expr* target) const {
  for (const ast::Expr* item : target->items) refuse_loop(item);
  if (target->kind != ast::ExprKind::Name || target->text != "loop") return;
  throw Error(ErrorKind::Syntax, "'loop' cannot be the target of a for")
      .at(source_.place(target->begin, target->text.size()));
}

Stmt* Parser::set_statement() {
  Stmt* stmt = new_stmt(StmtKind::Set);
  take();
  stmt->target = assign_target(true, {}, true);
  if (skip(TokenKind::Assign)) {
    stmt->value = tuple(true, {}, false);
    end_block();
    return stmt;
  }
  stmt->kind = StmtKind::SetBlock;
  if (stmt->target->kind == ast::ExprKind::Tuple) unexpected("'='");
  if (current_.is(TokenKind::Pipe)) stmt->value = filters_and_tests(nullptr);
  begin_body();
  stmt->body = last_body("endset");
  return stmt;
}

Stmt* Parser::with_statement() {
  Stmt* stmt = new_stmt(StmtKind::With);
  take();
  std::vector<ast::Expr*> targets;
  std::vector<ast::Expr*> values;
  while (!current_.is(TokenKind::BlockEnd)) {
    if (!targets.empty()) expect(TokenKind::Comma);
    targets.push_back(assign_target(true, {}));
    expect(TokenKind::Assign);
    values.push_back(expression());
  }
  begin_body();
  stmt->targets = arena_.copy(targets);
  stmt->values = arena_.copy(values);
  stmt->body = last_body("endwith");
  return stmt;
}

}  // namespace pgjinja::jinja
