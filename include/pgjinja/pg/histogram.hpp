#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace pgjinja::pg {

/// How often durations were of which size, in 128 classes from 1 µs to over an hour, each at
/// most a quarter longer than the one before. Not thread-safe.
class Histogram {
 public:
  void add(std::chrono::nanoseconds time) noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::chrono::nanoseconds total() const noexcept { return total_; }
  [[nodiscard]] std::chrono::nanoseconds longest() const noexcept { return longest_; }
  /// The time that `part` (0.5, 0.99) of them did not exceed, at most a quarter too long; zero when
  /// there are none.
  [[nodiscard]] std::chrono::nanoseconds quantile(double part) const noexcept;

  static constexpr std::size_t kClasses = 128;
  /// What stands in class `number` is at most so long.
  static std::chrono::nanoseconds bound(std::size_t number) noexcept;
  [[nodiscard]] std::uint64_t count_of(std::size_t number) const { return counts_.at(number); }

 private:
  std::array<std::uint64_t, kClasses> counts_{};
  std::uint64_t count_ = 0;
  std::chrono::nanoseconds total_{0};
  std::chrono::nanoseconds longest_{0};
};

}  // namespace pgjinja::pg
