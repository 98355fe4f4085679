#include "jinja/syntax/parser.hpp"

#include <algorithm>

#include <fmt/format.h>

// Statements that print, call, and have to do with other templates.

namespace pgjinja::jinja {

using ast::Stmt;
using ast::StmtKind;

// ---- printing and control -----------------------------------------------------------------------

Stmt* Parser::print_statement() {
  Stmt* stmt = new_stmt(StmtKind::PrintTag);
  take();
  auto values = arena_.list<ast::Expr*>();
  while (!current_.is(TokenKind::BlockEnd)) {
    if (!values.empty()) expect(TokenKind::Comma);
    values.push_back(expression());
  }
  end_block();
  stmt->values = arena_.copy(values);
  return stmt;
}

Stmt* Parser::do_statement() {
  Stmt* stmt = new_stmt(StmtKind::Do);
  take();
  stmt->value = tuple(true, {}, false);
  end_block();
  return stmt;
}

Stmt* Parser::break_statement() {
  Stmt* stmt = new_stmt(StmtKind::Break);
  take();
  end_block();
  return stmt;
}

Stmt* Parser::continue_statement() {
  Stmt* stmt = new_stmt(StmtKind::Continue);
  take();
  end_block();
  return stmt;
}

Stmt* Parser::autoescape_statement() {
  Stmt* stmt = new_stmt(StmtKind::Autoescape);
  header([&] {
    take();
    stmt->value = expression();
    begin_body();
  });
  complete(stmt);
  stmt->body = last_body("endautoescape");
  return stmt;
}

Stmt* Parser::filter_statement() {
  Stmt* stmt = new_stmt(StmtKind::FilterBlock);
  take();
  stmt->value = filters_and_tests(filter(nullptr));
  if (stmt->value->kind != ast::ExprKind::Filter) unexpected("a filter");
  begin_body();
  stmt->body = last_body("endfilter");
  return stmt;
}

// ---- macros and calls ---------------------------------------------------------------------------

Stmt* Parser::macro_statement() {
  Stmt* stmt = new_stmt(StmtKind::Macro);
  header([&] {
    take();
    stmt->text = assign_name()->text;
    stmt->params = parameters();
    begin_body();
  });
  stmt->body = last_body("endmacro");
  return stmt;
}

Stmt* Parser::call_statement() {
  Stmt* stmt = new_stmt(StmtKind::CallBlock);
  take();
  if (current_.is(TokenKind::LeftParen)) stmt->params = parameters();
  const Token at = current_;
  stmt->value = expression();
  if (stmt->value->kind != ast::ExprKind::Call) {
    fail("expected a call", at, "write {% call name(…) %}: the body is its caller()");
  }
  begin_body();
  stmt->body = last_body("endcall");
  return stmt;
}

std::span<ast::Param> Parser::parameters() {
  auto params = arena_.list<ast::Param>();
  expect(TokenKind::LeftParen);
  while (!current_.is(TokenKind::RightParen)) {
    if (!params.empty()) expect(TokenKind::Comma);
    const Token at = current_;
    ast::Param param{assign_name()->text, nullptr, at.begin};
    const auto same = [&](const ast::Param& p) { return p.name == param.name; };
    if (std::any_of(params.begin(), params.end(), same)) {
      fail(fmt::format("the parameter '{}' is named twice", param.name), at);
    }
    if (skip(TokenKind::Assign)) {
      param.fallback = expression();
    } else if (!params.empty() && params.back().fallback != nullptr) {
      fail("a parameter without a default follows one with a default", at);
    }
    params.push_back(param);
  }
  expect(TokenKind::RightParen);
  return arena_.copy(params);
}

// ---- other templates ----------------------------------------------------------------------------

/// `with context` or `without context`, if it stands here; says whether it did.
bool Parser::context_clause(Stmt* stmt) {
  const bool here = current_.is_name("with") || current_.is_name("without");
  if (!here || !ahead().is_name("context")) return false;
  stmt->with_context = take().text == "with";
  take();
  return true;
}

Stmt* Parser::include_statement() {
  Stmt* stmt = new_stmt(StmtKind::Include);
  take();
  stmt->value = expression();
  if (current_.is_name("ignore")) {
    if (!ahead().is_name("missing")) fail("expected 'missing' after 'ignore'", ahead());
    take();
    take();
    stmt->ignore_missing = true;
  }
  context_clause(stmt);
  end_block();
  return stmt;
}

Stmt* Parser::import_statement() {
  Stmt* stmt = new_stmt(StmtKind::Import);
  stmt->with_context = false;
  take();
  stmt->value = expression();
  expect_name("as");
  stmt->text = assign_name()->text;
  context_clause(stmt);
  end_block();
  return stmt;
}

Stmt* Parser::from_statement() {
  Stmt* stmt = new_stmt(StmtKind::FromImport);
  stmt->with_context = false;
  take();
  stmt->value = expression();
  expect_name("import");
  auto imports = arena_.list<ast::ImportedName>();
  do {
    if (context_clause(stmt)) break;  // also behind a comma, as Jinja2 has it
    imports.push_back(imported_name());
    if (context_clause(stmt)) break;
  } while (skip(TokenKind::Comma));
  end_block();
  stmt->imports = arena_.copy(imports);
  return stmt;
}

ast::ImportedName Parser::imported_name() {
  const Token at = current_;
  const std::string_view name = assign_name()->text;
  if (name.starts_with('_')) {
    fail(fmt::format("'{}' cannot be imported", name), at,
         "names that begin with an underscore are private to their template");
  }
  const std::string_view alias = skip_name("as") ? assign_name()->text : name;
  return {name, alias, at.begin};
}

Stmt* Parser::extends_statement() {
  Stmt* stmt = new_stmt(StmtKind::Extends);
  take();
  stmt->value = expression();
  end_block();
  return stmt;
}

Stmt* Parser::block_statement() {
  Stmt* stmt = new_stmt(StmtKind::Block);
  header([&] {
    take();
    stmt->text = expect(TokenKind::Name).text;
    stmt->scoped = skip_name("scoped");
    stmt->required = skip_name("required");
    if (current_.is(TokenKind::Subtract)) {
      fail("a block's name has no hyphens", current_, "use an underscore instead");
    }
    begin_body();
  });
  stmt->body = statements({"endblock"});
  if (stmt->required) refuse_content(stmt);
  take();
  skip_name(stmt->text);
  end_block();
  return stmt;
}

/// A required block is there to be overridden: it may hold nothing but white space and comments.
void Parser::refuse_content(const Stmt* block) const {
  const auto blank = [](const Stmt* stmt) {
    return stmt->kind == StmtKind::Text && !stmt->text.empty() &&
           stmt->text.find_first_not_of(" \t\n\r\f\v") == std::string_view::npos;
  };
  const auto content = std::find_if_not(block->body.begin(), block->body.end(), blank);
  if (content == block->body.end()) return;
  throw Error(ErrorKind::Syntax, "a required block can only hold white space and comments")
      .at(source_.place((*content)->begin, std::max(1U, (*content)->end - (*content)->begin)))
      .hint("take `required` away, or give the content in the templates that extend this one");
}

}  // namespace pgjinja::jinja
