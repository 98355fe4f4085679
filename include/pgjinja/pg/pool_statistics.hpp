#pragma once

#include <pgjinja/pg/histogram.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace pgjinja::pg {

/// What borrowers of one label have had of a pool since it was made.
struct LabelStatistics {
  std::uint64_t borrowed = 0;
  std::uint64_t refused = 0;
  std::chrono::nanoseconds waited{0};
  std::chrono::nanoseconds held{0};
  std::chrono::nanoseconds longest_held{0};
};

/// What a Pool holds at one moment, and what has happened since it was made.
struct PoolStatistics {
  std::size_t open = 0;     ///< connections that exist, or are being opened or closed
  std::size_t idle = 0;     ///< of these, those that nobody has
  std::size_t lent = 0;     ///< of these, those that borrowers have
  std::size_t opening = 0;  ///< of these, those that are being opened
  std::size_t waiting = 0;  ///< callers that wait for one
  std::size_t most_open = 0;
  std::size_t most_waiting = 0;
  /// Callers do not wait for the server: see PoolSettings::breaker_after.
  bool breaker_open = false;

  std::uint64_t borrowed = 0;
  std::uint64_t opened = 0;
  /// By SQLSTATE, "" when the server has not said why.
  std::map<std::string, std::uint64_t, std::less<>> openings_failed = {};
  /// By reason: "broken", "silent", "old", "unneeded", "unwanted", "read-only", "pool closed".
  std::map<std::string, std::uint64_t, std::less<>> closed = {};
  /// By reason: "timeout", "cancelled", "queue full", "unreachable", "pool closed".
  std::map<std::string, std::uint64_t, std::less<>> refused = {};

  Histogram waited;  ///< of those who had to wait and were served
  Histogram held;    ///< how long connections were lent
  Histogram opening_times;
  /// Of the first 1,000 labels; all others are under "…".
  std::map<std::string, LabelStatistics, std::less<>> labels = {};
};

}  // namespace pgjinja::pg
