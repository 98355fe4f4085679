#pragma once

#include "jinja/syntax/arena.hpp"
#include "jinja/syntax/ast.hpp"
#include "jinja/syntax/lexer.hpp"

#include <pgjinja/core/error.hpp>

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// Errors of one source: collected when somebody wants them all, thrown at once otherwise.
class Findings {
 public:
  /// Collects into `list`; without one report() throws.
  explicit Findings(std::vector<Error>* list = nullptr) : list_(list) {}
  void report(Error error) {
    if (list_ == nullptr) throw error;
    list_->push_back(std::move(error));
  }
  [[nodiscard]] bool collects() const noexcept { return list_ != nullptr; }

 private:
  std::vector<Error>* list_;
};

/// Recursive descent over Jinja2's grammar (its Parser class is the rule book): tokens in, syntax
/// tree out. Operators are in expression_parser.cpp, what stands between them in
/// operand_parser.cpp; statements in parser.cpp, those that have to do with other templates and
/// with calls in statement_parser.cpp.
class Parser {
 public:
  Parser(const Source& source, const Options& options, Arena& arena, Findings& findings);

  /// The whole template. @throws Error{Syntax, Limit} unless the findings collect them.
  ast::Body parse();

 private:
  friend class Nesting;
  using Names = std::initializer_list<std::string_view>;

  // statements
  ast::Body statements(Names ends);
  void statement(Arena::List<ast::Stmt*>& out);
  void complete(ast::Stmt* stmt);
  ast::Stmt* print();
  ast::Stmt* if_branch();
  ast::Stmt* if_statement();
  ast::Stmt* for_statement();
  void refuse_loop(const ast::Expr* target) const;
  ast::Stmt* set_statement();
  ast::Stmt* with_statement();
  ast::Stmt* include_statement();
  ast::Stmt* macro_statement();
  ast::Stmt* call_statement();
  ast::Stmt* filter_statement();
  ast::Stmt* autoescape_statement();
  ast::Stmt* do_statement();
  ast::Stmt* print_statement();
  ast::Stmt* break_statement();
  ast::Stmt* continue_statement();
  ast::Stmt* extends_statement();
  ast::Stmt* block_statement();
  ast::Stmt* import_statement();
  ast::Stmt* from_statement();
  ast::ImportedName imported_name();
  bool context_clause(ast::Stmt* stmt);
  void refuse_content(const ast::Stmt* block) const;
  ast::Stmt* new_stmt(ast::StmtKind kind);
  std::span<ast::Param> parameters();
  ast::Body last_body(std::string_view end);
  void begin_body();
  void end_block();
  bool header(const std::function<void()>& parse);
  [[nodiscard]] bool at_end_tag(Names ends) const;
  [[noreturn]] void unknown_tag();
  [[noreturn]] void disabled_tag();

  // expressions, loosest first
  ast::Expr* expression();
  ast::Expr* expression_without_condition() { return or_expression(); }
  ast::Expr* tuple(bool with_condition, Names ends, bool in_parentheses);
  [[nodiscard]] bool stands_alone();
  ast::Expr* or_expression();
  ast::Expr* and_expression();
  ast::Expr* not_expression();
  ast::Expr* comparison();
  ast::Expr* sum();
  ast::Expr* concatenation();
  ast::Expr* product();
  ast::Expr* power();
  ast::Expr* unary(bool with_filters);
  ast::Expr* primary();
  ast::Expr* postfix(ast::Expr* expr);
  ast::Expr* filters_and_tests(ast::Expr* expr);
  ast::Expr* filter(ast::Expr* expr);
  ast::Expr* test(ast::Expr* expr);
  ast::Expr* subscript(ast::Expr* expr);
  ast::Expr* subscribed();
  ast::Expr* call(ast::Expr* callee);
  ast::Arguments arguments();
  ast::Expr* list();
  ast::Expr* dict();
  ast::Expr* string();
  std::string_view with_newlines(std::string_view literal);
  ast::Expr* integer();
  ast::Expr* real();
  ast::Expr* assign_target(bool with_tuple, Names ends, bool with_namespace = false);
  ast::Expr* assign_name(bool with_namespace = false);
  std::string_view dotted_name();
  ast::Expr* new_expr(ast::ExprKind kind, std::uint32_t begin);
  ast::Expr* finish(ast::Expr* expr) const;
  ast::Expr* pair(ast::ExprKind kind, ast::Expr* left, ast::Expr* right);
  ast::Expr* sequence(ast::ExprKind kind, std::uint32_t begin,
                      const Arena::List<ast::Expr*>& items);
  ast::Expr* binary(ast::BinaryOp op, ast::Expr* left, ast::Expr* right);
  void check_target(const ast::Expr* target);

  // tokens
  Token take();
  bool skip(TokenKind kind);
  bool skip_name(std::string_view name);
  Token expect(TokenKind kind);
  void expect_name(std::string_view name);
  [[nodiscard]] const Token& ahead();
  [[noreturn]] void fail(std::string message, const Token& at, std::string hint = {}) const;
  [[noreturn]] void unexpected(std::string_view wanted) const;

  const Source& source_;
  const Options& options_;
  Arena& arena_;
  Findings& findings_;
  Lexer lexer_;
  Token current_;
  Token ahead_;
  bool has_ahead_ = false;
  std::uint32_t last_end_ = 0;
  std::uint32_t nesting_ = 0;
  std::vector<Token> open_tags_;
};

/// Bounds how deep the parser recurses, and so everything that walks its tree.
class Nesting {
 public:
  explicit Nesting(Parser& parser);
  ~Nesting() { --parser_.nesting_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

 private:
  Parser& parser_;
};

}  // namespace pgjinja::jinja
