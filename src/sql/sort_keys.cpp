#include "sql/sort_keys.hpp"

#include "sql/placeholder.hpp"
#include "sql/tokens.hpp"

#include <algorithm>
#include <array>

namespace pgjinja::sql {

namespace {

template <std::size_t N>
bool is_any(const Token& token, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return token.is_word(word); });
}

/// What may end an ORDER BY list: the rest of a SELECT, or the frame of a window.
bool ends_list(const Token& token) {
  static constexpr std::array<std::string_view, 7> kWords = {"limit", "offset", "fetch", "for",
                                                             "rows",  "range",  "groups"};
  return token.is(')') || token.is(';') || is_any(token, kWords);
}

bool ends_key(const Token& token) {
  static constexpr std::array<std::string_view, 4> kWords = {"asc", "desc", "nulls", "using"};
  return token.is(',') || ends_list(token) || is_any(token, kWords);
}

/// Follows the ORDER BY lists of a statement, one level of parentheses each.
class SortLists {
 public:
  /// Takes the next token and tells whether a sort key begins right behind it.
  bool take(const Token& token) {
    const bool by = after_order_ && token.is_word("by");
    after_order_ = token.is_word("order");
    if (token.is('(')) levels_.push_back(false);
    if (by) levels_.back() = true;
    const bool key = by || (levels_.back() && token.is(','));
    if (ends_list(token)) levels_.back() = false;
    if (token.is(')') && levels_.size() > 1) levels_.pop_back();
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
  bool key_begins = false;
  std::size_t candidate = 0;
  for (Token token; reader.next(token);) {
    if (token.kind == TokenKind::Comment) continue;
    if (candidate != 0 && ends_key(token)) return candidate;
    const bool alone = key_begins && token.kind == TokenKind::Parameter;
    candidate = alone && is_bound(statement, token) ? number_of(token) : 0;
    key_begins = lists.take(token);
  }
  return candidate;
}

}  // namespace pgjinja::sql
