#include "sql/wrap.hpp"

#include "sql/tokens.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace pgjinja::sql {

std::string_view without_semicolon(std::string_view sql) {
  TokenReader reader(sql);
  Token last;
  for (Token token; reader.next(token);) {
    if (token.kind != TokenKind::Comment) last = token;
  }
  return last.is(';') ? sql.substr(0, last.begin) : sql;
}

bool is_query(std::string_view sql) {
  static constexpr std::array<std::string_view, 4> kFirst = {"select", "values", "table", "with"};
  TokenReader reader(sql);
  for (Token token; reader.next(token);) {
    if (token.kind == TokenKind::Comment) continue;
    return token.is('(') || (token.kind == TokenKind::Word && token.is_any_of(kFirst));
  }
  return false;
}

void wrap(Statement& query, std::string_view before, std::string_view after) {
  const std::string_view inner = without_semicolon(query.sql);
  const auto end = static_cast<std::uint32_t>(before.size() + inner.size());
  std::string sql;
  sql.reserve(end + after.size());
  sql.append(before).append(inner).append(after);
  query.sql = std::move(sql);
  for (Origin& origin : query.origins) {
    origin.sql_offset += static_cast<std::uint32_t>(before.size());
  }
  std::erase_if(query.origins, [end](const Origin& origin) { return origin.sql_offset >= end; });
  query.origins.emplace_back(end, 0, 0, nullptr);
}

}  // namespace pgjinja::sql
