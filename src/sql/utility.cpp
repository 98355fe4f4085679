#include "sql/utility.hpp"

#include "sql/expression_text.hpp"
#include "sql/tokens.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

using Tokens = std::vector<Token>;

/// The tokens of the last statement.
Tokens last_statement(std::string_view sql) {
  Tokens tokens;
  TokenReader reader(sql);
  for (Token token; reader.next(token);) {
    if (token.kind == TokenKind::Comment) continue;
    if (!tokens.empty() && tokens.back().is(';')) tokens.clear();
    tokens.push_back(token);
  }
  return tokens;
}

bool has_word(const Tokens& tokens, std::string_view word) {
  return std::any_of(tokens.begin(), tokens.end(),
                     [&](auto& token) { return token.is_word(word); });
}

/// CREATE TABLE … AS SELECT is planned like a query, and takes parameters.
bool is_planned(const Tokens& tokens) {
  return tokens[0].is_word("create") && has_word(tokens, "table") && has_word(tokens, "as");
}

bool is_utility(const Tokens& tokens) {
  static constexpr std::array<std::string_view, 26> kWords = {
      "alter",  "analyze",  "begin",  "checkpoint", "cluster", "comment", "copy",
      "create", "discard",  "do",     "drop",       "execute", "grant",   "import",
      "listen", "lock",     "notify", "prepare",    "refresh", "reindex", "reset",
      "revoke", "security", "set",    "truncate",   "vacuum"};
  return !tokens.empty() && tokens[0].is_any_of(kWords) && !is_planned(tokens);
}

std::string setting_hint(const Tokens& tokens, std::string_view value) {
  std::size_t at = 1;
  const bool local = tokens.size() > at && tokens[at].is_word("local");
  if (local || (tokens.size() > at && tokens[at].is_word("session"))) ++at;
  std::string name;
  for (; at < tokens.size() && !tokens[at].is_word("to") && !tokens[at].text.starts_with('=');
       ++at) {
    if (tokens[at].kind == TokenKind::String || tokens[at].kind == TokenKind::Parameter) break;
    name += tokens[at].text;
  }
  if (name == "timezone" || name == "TIMEZONE") name = "TimeZone";
  return fmt::format("SET takes no parameters: SELECT set_config('{}', {}, {})", name, value,
                     local);
}

std::string upper_case(std::string_view word) {
  std::string upper(word);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper;
}

}  // namespace

std::string utility_hint(std::string_view sql, std::string_view expression) {
  const Tokens tokens = last_statement(sql);
  if (!is_utility(tokens)) return {};
  if (tokens[0].is_word("do")) return body_hint(sql, expression);
  const std::string value = printed(expression);
  if (tokens[0].is_word("set")) return setting_hint(tokens, value);
  if (tokens[0].is_word("notify")) {
    return fmt::format("NOTIFY takes no parameters: SELECT pg_notify('channel', {})", value);
  }
  return fmt::format("{} takes no parameters: write {}, which brings its own quotes",
                     upper_case(tokens[0].text), filtered(expression, "literal"));
}

std::string body_hint(std::string_view sql, std::string_view expression) {
  const Tokens tokens = last_statement(sql);
  if (!is_utility(tokens)) return {};
  return fmt::format(
      "{} takes no parameters: in one transaction, SELECT set_config('my.value', {}, true), and "
      "read current_setting('my.value') in the body",
      upper_case(tokens[0].text), printed(expression));
}

}  // namespace pgjinja::sql
