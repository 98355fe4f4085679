#pragma once

#include "sql/scanner.hpp"
#include "sql/sort_lists.hpp"

#include <optional>
#include <string>
#include <vector>

namespace pgjinja::jinja {
struct PrintSite;
}

namespace pgjinja::sql {

struct Skeleton;

/// All that decides what may stand next on a path, and what the binder will say of it: paths with
/// the same position are the same from here on.
struct Position {
  ScanState scan;
  const jinja::PrintSite* left = nullptr;  ///< what was printed just there, nothing behind it
  bool bound = false;                      ///< there are parameters that the binder numbers
  bool numbered = false;                   ///< and some that the author has numbered

  // Sort keys.
  SortLists lists;
  std::string tail;  ///< the text of the last token, which may go on
  /// A sort key has begun, and this is its text so far: parentheses and CAST only.
  std::optional<std::string> key = "";
  /// What may be a sort key that is the same for every row: its text, then all that was printed
  /// since.
  std::string key_front;
  std::vector<const Skeleton*> pending;

  Position() { key.reset(); }
  [[nodiscard]] bool same_as(const Position& other) const;
  /// Reads text that has been appended to the statement.
  void read(std::string_view text, bool is_token_end);
};

}  // namespace pgjinja::sql
