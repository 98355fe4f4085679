#pragma once

#include "sql/tokens.hpp"

#include <vector>

namespace pgjinja::sql {

/// May this token end an ORDER BY list?
bool ends_list(const Token& token);

/// Follows the ORDER BY lists of a statement, one level of parentheses or brackets each.
class SortLists {
 public:
  /// Takes the next token and tells whether a sort key begins right behind it.
  bool take(const Token& token);

  friend bool operator==(const SortLists&, const SortLists&) = default;

 private:
  std::vector<bool> levels_ = {false};
  bool after_order_ = false;
};

}  // namespace pgjinja::sql
