#pragma once

#include <cstdint>
#include <string>

namespace pgjinja {

enum class SortOrder : std::uint8_t { Ascending, Descending };

/// Where nulls stand (manual 7.5). Default: last in ascending order, first in descending order.
enum class NullsOrder : std::uint8_t { Default, First, Last };

/// One key that rows are sorted by: `created_at desc nulls last`.
struct SortKey {
  /// A column of the result, as the result calls it: it is quoted, so capitals count.
  std::string column;
  SortOrder order = SortOrder::Ascending;
  NullsOrder nulls = NullsOrder::Default;

  [[nodiscard]] bool descending() const noexcept { return order == SortOrder::Descending; }
  [[nodiscard]] bool nulls_first() const noexcept {
    return nulls == NullsOrder::Default ? descending() : nulls == NullsOrder::First;
  }
  bool operator==(const SortKey&) const = default;
};

}  // namespace pgjinja
