#pragma once

#include <pgjinja/core/value.hpp>

#include <vector>

namespace pgjinja::detail {

/// The way into lists and maps for what may change them, and for what copies them.
struct Access {
  /// Is it a list, map or object?
  static bool is_container(const Value& value) noexcept { return value.is_container(); }
  /// Of a list, map or object.
  static Shared& shared(const Value& value) noexcept { return *value.plain_.as.shared; }
  static bool is_changeable(const Value& value) noexcept {
    return value.is_container() && shared(value).changeable;
  }
  static std::vector<Value>& items(const Value& list) {
    return const_cast<List&>(list.as_list()).items_;
  }
  static Map& map(const Value& map) { return const_cast<Map&>(map.as_map()); }
  static std::vector<Map::Entry>& entries(Map& map) noexcept { return map.entries_; }
};

}  // namespace pgjinja::detail
