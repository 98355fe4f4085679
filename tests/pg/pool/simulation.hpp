#pragma once

#include "pg/pool/load.hpp"

#include <pgjinja/pg/pool_settings.hpp>

#include <chrono>
#include <cstddef>
#include <vector>

namespace pgjinja::pg::pool {

/// How many connections there were from a moment on.
struct SizeAt {
  std::chrono::microseconds at;
  std::size_t open;
};

/// What a pool made of a load.
struct Course {
  std::vector<SizeAt> sizes;                     ///< a new one for each change
  std::vector<std::chrono::microseconds> waits;  ///< of each call, in their order
  std::size_t openings = 0;
  std::size_t most_openings_at_once = 0;

  [[nodiscard]] std::size_t most_open() const;
  /// Over the time until `end`.
  [[nodiscard]] double mean_open(std::chrono::microseconds end) const;
  [[nodiscard]] double mean_wait_ms() const;
  /// The longest wait of that part of the calls.
  [[nodiscard]] double wait_ms(double part) const;
};

/// The pool's machine under a load, with a clock that jumps from one event to the next. An opening
/// takes so long; everything else that is asked of the server takes no time.
Course simulate(const PoolSettings& settings, const std::vector<Call>& calls,
                std::chrono::microseconds opening);

}  // namespace pgjinja::pg::pool
