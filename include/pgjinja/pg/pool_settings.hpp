#pragma once

#include <chrono>
#include <cstddef>

namespace pgjinja::pg {

/// How many connections a Pool may have, and how long a caller waits for one, whether it has to
/// come back or to be opened (the settings' connect_timeout may end that earlier).
struct PoolSettings {
  /// PostgreSQL's own limit of max_connections (MAX_BACKENDS).
  static constexpr std::size_t kMostConnections = 262'143;

  std::size_t max_size = 10;
  std::chrono::milliseconds acquire_timeout{30'000};
};

/// What a Pool held at one moment.
struct PoolStatistics {
  std::size_t open = 0;     ///< connections that exist or are being opened
  std::size_t idle = 0;     ///< of these, not lent
  std::size_t waiting = 0;  ///< callers of acquire() that wait
};

}  // namespace pgjinja::pg
