#pragma once

#include <pgjinja/core/error.hpp>

#include <chrono>
#include <cstddef>
#include <optional>

namespace pgjinja {

/// How often a transaction is tried, and how long to wait in between: a random time below a bound
/// that doubles from `first_wait` up to `longest_wait`, so that those who collided do not again.
struct Retry {
  std::size_t attempts = 1;  ///< in all; 1: no repetition
  std::chrono::milliseconds first_wait{10};
  std::chrono::milliseconds longest_wait{1000};
};

/// Did the server take the whole transaction back, so that the same once more may succeed: a
/// serialization failure or a deadlock (SQLSTATE 40001, 40P01; manual 13.5)?
[[nodiscard]] bool is_conflict(const Error& error) noexcept;

/// Counts the attempts of one transaction. Single use; for one thread.
class Attempts {
 public:
  explicit Attempts(const Retry& retry) noexcept : retry_(retry) {}
  /// How long to wait before it is tried again after this error; none: not at all.
  std::optional<std::chrono::milliseconds> wait_after(const Error& error);

 private:
  Retry retry_;
  std::size_t made_ = 0;
};

}  // namespace pgjinja
