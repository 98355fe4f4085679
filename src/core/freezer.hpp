#pragma once

#include <pgjinja/core/value.hpp>

#include <cstddef>
#include <unordered_map>

namespace pgjinja {

/// Copies what may change. What it has met is copied once, so that it takes as much room as before,
/// and twice the same value is one copy; nothing may have changed in between.
class Freezer {
 public:
  /// @throws Error{Limit} as Value(List)
  Value freeze(const Value& value);
  /// Has it copied nothing yet?
  [[nodiscard]] bool empty() const noexcept { return copies_.empty(); }
  /// The memory that the copies take, roughly.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct Copy {
    Value original;  // kept, so that its address stays a name for it
    Value frozen;
  };

  Value copy_of(const Value& value);
  Value copy_of_list(const List& list);
  Value copy_of_map(const Map& map);

  std::unordered_map<const detail::Shared*, Copy> copies_;
  std::size_t bytes_ = 0;
};

}  // namespace pgjinja
