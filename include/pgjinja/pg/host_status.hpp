#pragma once

#include <pgjinja/pg/pool_statistics.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pgjinja::pg {

/// What a server has last said of itself.
enum class HostState : std::uint8_t {
  Unknown,      ///< it has not been asked yet
  Unreachable,  ///< it could not be asked
  Primary,      ///< it takes writes
  ReadOnly,     ///< it is not in recovery, but refuses to write
  Replica       ///< it is in recovery, and replays what the primary writes
};

/// "unknown", "unreachable", "primary", "read-only" or "replica".
std::string_view host_state_name(HostState state) noexcept;

/// One host of a Cluster at one moment.
struct HostStatus {
  std::string name;  ///< "db1.example.org:5432"
  HostState state = HostState::Unknown;
  /// Is it the one that gets the writes? Also while it cannot be reached.
  bool primary = false;
  /// How far a replica is behind; none: it is no replica, or further behind than has been followed.
  std::optional<std::chrono::milliseconds> lag = {};
  /// Why it could not be asked, if it could not.
  std::string failure = {};
  PoolStatistics pool = {};
};

}  // namespace pgjinja::pg
