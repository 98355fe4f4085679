#include "sql/sort_lists.hpp"

#include <array>

namespace pgjinja::sql {

/// What may end an ORDER BY list: the rest of a statement, or the frame of a window.
bool ends_list(const Token& token) {
  static constexpr std::array<std::string_view, 13> kWords = {
      "limit", "offset", "fetch",     "for",    "rows",   "range",    "groups",
      "union", "on",     "intersect", "except", "window", "returning"};
  return token.is(')') || token.is(']') || token.is(';') || token.is_any_of(kWords);
}

bool SortLists::take(const Token& token) {
  const bool by = after_order_ && token.is_word("by");
  after_order_ = token.is_word("order");
  if (token.is('(') || token.is('[')) levels_.push_back(false);
  if (by) levels_.back() = true;
  const bool key = by || (levels_.back() && token.is(','));
  if (ends_list(token)) levels_.back() = false;
  if ((token.is(')') || token.is(']')) && levels_.size() > 1) levels_.pop_back();
  return key;
}

}  // namespace pgjinja::sql
