#include "client/server_hint.hpp"

#include "sql/expression_text.hpp"
#include "sql/placeholder.hpp"
#include "sql/tokens.hpp"
#include "sql/type_phrase.hpp"
#include "sql/utility.hpp"

#include <array>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

namespace pgjinja {

namespace {

constexpr std::string_view kSyntaxError = "42601";
constexpr std::string_view kIndeterminateType = "42P18";
constexpr std::string_view kProtocolViolation = "08P01";

/// The n of the first `$n` in a message, in whatever language that is; 0 if there is none.
std::size_t number_in(std::string_view message) {
  const std::size_t dollar = message.find('$');
  std::size_t number = 0;
  if (dollar == std::string_view::npos) return 0;
  std::from_chars(message.data() + dollar + 1, message.data() + message.size(), number);
  return number;
}

/// The number of the placeholder that begins at `position`, 0 if none does.
std::size_t number_at(const sql::Statement& statement, std::size_t position) {
  const auto offset = statement.offset_of_position(position);
  if (!offset) return 0;
  const std::string_view rest = std::string_view(statement.sql).substr(*offset);
  const sql::Token token{sql::TokenKind::Parameter, *offset,
                         rest.substr(0, sql::first_token_length(rest))};
  return token.text.starts_with('$') && sql::is_bound(statement, token) ? sql::number_of(token) : 0;
}

/// PostgreSQL checks the number of parameters of a utility statement when they are bound only.
bool is_refused_bind(const Error& error, const sql::Statement& statement) {
  return error.sqlstate() == kProtocolViolation && !statement.sites.empty() &&
         !sql::utility_hint(statement.sql, "x").empty();
}

bool has_several_commands(std::string_view sql) {
  sql::TokenReader reader(sql);
  bool ended = false;
  for (sql::Token token; reader.next(token);) {
    if (token.kind == sql::TokenKind::Comment) continue;
    if (ended && !token.is(';')) return true;
    ended = token.is(';');
  }
  return false;
}

sql::Token last_token(std::string_view sql) {
  sql::TokenReader reader(sql);
  sql::Token last;
  for (sql::Token token; reader.next(token);) {
    if (token.kind != sql::TokenKind::Comment) last = token;
  }
  return last;
}

/// Does a name follow, and nothing else?
bool wants_name(const sql::Token& front) {
  static constexpr std::array<std::string_view, 17> kWords = {
      "from",   "join",     "into", "update", "table",    "only", "view",     "index", "schema",
      "column", "database", "role", "user",   "sequence", "type", "function", "listen"};
  return front.is_any_of(kWords) || front.text == ".";
}

/// For a parameter where the grammar has no expression.
std::string syntax_hint(const sql::Statement& statement, std::size_t number, std::size_t offset) {
  const std::string expression = sql::expression_of(*statement.sites[number - 1]);
  const std::string_view front = std::string_view(statement.sql).substr(0, offset);
  const sql::Token last = last_token(front);
  if (last.is_word("in")) {
    return fmt::format("write IN {}, or = ANY({})", sql::filtered(expression, "in"),
                       sql::printed(expression));
  }
  if (wants_name(last)) {
    return fmt::format("a name is no parameter: write {}", sql::filtered(expression, "identifier"));
  }
  if (auto utility = sql::utility_hint(front, expression); !utility.empty()) return utility;
  const std::string type = sql::type_at_end(front);
  return fmt::format(
      "no parameter can stand here: a name is {}, a list behind IN is {}, a key word is {}, and "
      "`{} …` is CAST({} AS {})",
      sql::filtered(expression, "identifier"), sql::filtered(expression, "in"),
      sql::filtered(expression, "one_of('asc', 'desc')"), type.empty() ? "interval" : type,
      sql::printed(expression), type.empty() ? "interval" : type);
}

}  // namespace

std::size_t blamed_parameter(const Error& error, const sql::Statement& statement) {
  std::size_t number = error.parameter();
  if (number == 0 && error.sqlstate() == kIndeterminateType) number = number_in(error.message());
  if (number == 0 && is_refused_bind(error, statement)) number = 1;
  return number <= statement.sites.size() ? number : 0;
}

std::string server_hint(const Error& error, const sql::Statement& statement) {
  const std::size_t blamed = blamed_parameter(error, statement);
  if (is_refused_bind(error, statement)) {
    return sql::utility_hint(statement.sql, sql::expression_of(*statement.sites[0]));
  }
  if (error.sqlstate() == kIndeterminateType && blamed != 0) {
    return fmt::format("say of which type it is: {}::int, or ::text …",
                       sql::shown(*statement.sites[blamed - 1]));
  }
  if (error.sqlstate() != kSyntaxError) return {};
  if (const std::size_t number = number_at(statement, error.sql_position()); number != 0) {
    return syntax_hint(statement, number, *statement.offset_of_position(error.sql_position()));
  }
  if (error.sql_position() == 0 && has_several_commands(statement.sql)) {
    return "a template gives one statement: make a template of each, or run a script without "
           "parameters by run_script() or --script";
  }
  return {};
}

}  // namespace pgjinja
