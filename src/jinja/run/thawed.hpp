#pragma once

#include <pgjinja/core/value.hpp>

#include <cstdint>
#include <unordered_map>
#include <utility>

namespace pgjinja::jinja {

/// The lists and maps that a rendering was given, as copies that its template may change. Each is
/// copied once, when it is first read, wherever it stands: who reads it again sees the same copy.
class Thawed {
 public:
  /// The copy that stands for `given`, or `given` itself if there is nothing in it to change; lives
  /// as long as this, if `given` does. @throws Error{Limit} for one that is nested too deep
  const Value* of(const Value& given);
  /// How many values have been copied since this was asked last.
  [[nodiscard]] std::uint64_t take_work() noexcept { return std::exchange(work_, 0); }

 private:
  Value copy_of_list(const List& list);
  Value copy_of_map(const Map& map);

  std::unordered_map<const detail::Shared*, Value> copies_;  // by what was given, which stays
  std::uint64_t work_ = 0;
};

}  // namespace pgjinja::jinja
