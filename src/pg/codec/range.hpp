#pragma once

#include <pgjinja/core/range.hpp>
#include <pgjinja/pg/types.hpp>

#include <optional>
#include <string>
#include <vector>

namespace pgjinja::pg {

/// A range whose bounds are the bytes of fields of the bound's type.
struct RangeParts {
  std::optional<std::string> lower = {};
  std::optional<std::string> upper = {};
  bool lower_inclusive = false;
  bool upper_inclusive = false;
  bool empty = false;
};

// Fields of ranges and multiranges: range_send() and multirange_send() of the server, and their
// text (manual 8.17.5).
RangeParts read_range_binary(Field field);
RangeParts read_range_text(Field field);
std::vector<RangeParts> read_multirange_binary(Field field);
std::vector<RangeParts> read_multirange_text(Field field);

/// As the server writes them, when the bounds are texts.
std::string to_text(const RangeParts& range);
std::string to_text(const std::vector<RangeParts>& ranges);

/// `kRead` reads a bound.
template <auto kRead>
auto read_bound(const std::optional<std::string>& bound) {
  using T = decltype(kRead(Field{}));
  return bound ? std::optional<T>(kRead(Field{bound->data(), bound->size()})) : std::nullopt;
}

template <auto kRead>
auto range_of(const RangeParts& parts) {
  using T = decltype(kRead(Field{}));
  return Range<T>{read_bound<kRead>(parts.lower), read_bound<kRead>(parts.upper),
                  parts.lower_inclusive, parts.upper_inclusive, parts.empty};
}

template <auto kRange, auto kRead>
auto read_range(Field field) {
  return range_of<kRead>(kRange(field));
}
template <auto kMultirange, auto kRead>
auto read_multirange(Field field) {
  Multirange<decltype(kRead(Field{}))> multirange;
  for (const RangeParts& parts : kMultirange(field)) {
    multirange.ranges.push_back(range_of<kRead>(parts));
  }
  return multirange;
}

/// Replaces bytes of bounds by their texts, which `kText` reads.
template <auto kText>
RangeParts with_text_bounds(RangeParts parts) {
  parts.lower = read_bound<kText>(parts.lower);
  parts.upper = read_bound<kText>(parts.upper);
  return parts;
}

template <auto kRange, auto kText>
std::string read_range_as_text(Field field) {
  return to_text(with_text_bounds<kText>(kRange(field)));
}
template <auto kMultirange, auto kText>
std::string read_multirange_as_text(Field field) {
  std::vector<RangeParts> ranges = kMultirange(field);
  for (RangeParts& parts : ranges) parts = with_text_bounds<kText>(std::move(parts));
  return to_text(ranges);
}

}  // namespace pgjinja::pg
