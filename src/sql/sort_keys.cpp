#include "sql/sort_keys.hpp"

#include "sql/constant_key.hpp"
#include "sql/sort_lists.hpp"

#include <array>

namespace pgjinja::sql {

namespace {

bool ends_key(const Token& token) {
  static constexpr std::array<std::string_view, 4> kWords = {"asc", "desc", "nulls", "using"};
  return token.is(',') || ends_list(token) || token.is_any_of(kWords);
}

}  // namespace

std::size_t bound_sort_key(const Statement& statement) {
  TokenReader reader(statement.sql);
  SortLists lists;
  for (Token token; reader.next(token);) {
    if (token.kind == TokenKind::Comment || !lists.take(token)) continue;
    ConstantKey key(statement, reader);
    if (key.read() && (key.at_end() || ends_key(key.behind()))) return key.parameter();
  }
  return 0;
}

}  // namespace pgjinja::sql
