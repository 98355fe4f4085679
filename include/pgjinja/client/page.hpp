#pragma once

#include <pgjinja/core/sort_key.hpp>
#include <pgjinja/core/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pgjinja {

/// Which page of a sorted result: the first one, that behind a place in it, or that before one.
///
///     PageRequest{.size = 20, .after = cursor}
struct PageRequest {
  std::int64_t size = 20;   ///< how many rows at most, 1 or more; a literal of the statement's text
  std::string after = {};   ///< Page::next of another page; empty: from the beginning
  std::string before = {};  ///< Page::previous of another page; empty with `after`
  /// What the result is sorted by, instead of the template's @sort. The keys together have to be
  /// unique. They may come from a user: they are columns of the result and nothing else.
  std::vector<SortKey> sort = {};
};

/// Some rows of a sorted result, in its order.
template <class T>
struct Page {
  std::vector<T> rows = {};
  /// PageRequest::after for the rows behind these; none when there were none.
  std::optional<std::string> next = {};
  /// PageRequest::before for the rows before these; none on the first page. Behind a cursor it is
  /// not looked up whether such rows are still there.
  std::optional<std::string> previous = {};
};

/// A page by its number of rows from the beginning. The server makes all rows before it each time,
/// and rows that come or go in between shift the pages: prefer a PageRequest.
///
///     OffsetRequest{.size = 20, .offset = 40, .total = true}
struct OffsetRequest {
  std::int64_t size = 20;   ///< how many rows at most, 1 or more; a literal of the statement's text
  std::int64_t offset = 0;  ///< how many rows to pass over, 0 or more
  /// Count all rows too, with a second statement unless this page has the last of them.
  bool total = false;
  /// What the result is sorted by, instead of the template's @sort; without either, as the template
  /// says. The order has to be the same each time.
  std::vector<SortKey> sort = {};
};

/// What an OffsetRequest gives.
template <class T>
struct OffsetPage {
  std::vector<T> rows = {};
  bool more = false;  ///< are there rows behind these?
  /// How many rows there are in all, if that was asked for.
  std::optional<std::int64_t> total = {};
};

/// A Page whose rows are data, transformed.
struct DataPage {
  Value data = {};
  std::optional<std::string> next = {};
  std::optional<std::string> previous = {};
};

/// An OffsetPage whose rows are data, transformed.
struct DataOffsetPage {
  Value data = {};
  bool more = false;
  std::optional<std::int64_t> total = {};
};

/// The cursors of a page, and whether its rows came in the opposite order.
struct PageEnds {
  std::optional<std::string> next = {};
  std::optional<std::string> previous = {};
  bool backward = false;
};

/// What a page by offset tells besides its rows.
struct OffsetEnd {
  bool more = false;
  std::optional<std::int64_t> total = {};
};

}  // namespace pgjinja
