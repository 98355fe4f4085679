#include "sql/placeholder.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace pgjinja::sql {

std::size_t number_of(const Token& parameter) {
  std::size_t number = 0;
  const std::string_view digits = parameter.text.substr(1);
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

// The binder's `$n` came from the n-th site; text came from elsewhere, a literal's too (`join`).
bool is_bound(const Statement& statement, const Token& parameter) {
  const std::size_t number = number_of(parameter);
  if (number == 0 || number > statement.sites.size()) return false;
  const auto after =
      std::upper_bound(statement.origins.begin(), statement.origins.end(), parameter.begin,
                       [](std::size_t offset, const Origin& o) { return offset < o.sql_offset; });
  const Origin& origin = *std::prev(after);
  const jinja::PrintSite& site = *statement.sites[number - 1];
  return origin.source == site.source && origin.source_offset == site.offset &&
         origin.length == site.length;
}

bool has_parameter(std::string_view text) {
  TokenReader reader(text);
  for (Token token; reader.next(token);) {
    if (token.kind == TokenKind::Parameter) return true;
  }
  return false;
}

std::size_t first_own_parameter(const Statement& statement) {
  TokenReader reader(statement.sql);
  for (Token token; reader.next(token);) {
    if (token.kind == TokenKind::Parameter && !is_bound(statement, token)) return token.begin;
  }
  return std::string_view::npos;
}

}  // namespace pgjinja::sql
