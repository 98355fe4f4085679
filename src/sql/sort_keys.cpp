#include "sql/sort_keys.hpp"

#include "sql/constant_key.hpp"

#include <array>
#include <vector>

namespace pgjinja::sql {

namespace {

/// What may end an ORDER BY list: the rest of a statement, or the frame of a window.
bool ends_list(const Token& token) {
  static constexpr std::array<std::string_view, 13> kWords = {
      "limit", "offset", "fetch",     "for",    "rows",   "range",    "groups",
      "union", "on",     "intersect", "except", "window", "returning"};
  return token.is(')') || token.is(']') || token.is(';') || token.is_any_of(kWords);
}

bool ends_key(const Token& token) {
  static constexpr std::array<std::string_view, 4> kWords = {"asc", "desc", "nulls", "using"};
  return token.is(',') || ends_list(token) || token.is_any_of(kWords);
}

/// Follows the ORDER BY lists of a statement, one level of parentheses or brackets each.
class SortLists {
 public:
  /// Takes the next token and tells whether a sort key begins right behind it.
  bool take(const Token& token) {
    const bool by = after_order_ && token.is_word("by");
    after_order_ = token.is_word("order");
    if (token.is('(') || token.is('[')) levels_.push_back(false);
    if (by) levels_.back() = true;
    const bool key = by || (levels_.back() && token.is(','));
    if (ends_list(token)) levels_.back() = false;
    if ((token.is(')') || token.is(']')) && levels_.size() > 1) levels_.pop_back();
    return key;
  }

 private:
  std::vector<bool> levels_ = {false};
  bool after_order_ = false;
};

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
