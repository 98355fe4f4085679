#pragma once

#include <chrono>
#include <cstdint>

namespace pgjinja::pg {

/// Which server of a cluster a borrower wants.
enum class Role : std::uint8_t {
  Primary,  ///< the one that takes writes
  Replica,  ///< one that answers reads in the primary's place, or the primary: see ClusterSettings
  Any       ///< whichever has least to do, of the primary and its replicas
};

/// How a Cluster finds out what its hosts are. Durations of zero or less are at once.
struct ClusterSettings {
  /// Each host is asked so often what it is; as long as no primary is known, ten times as often.
  std::chrono::milliseconds check_interval{1'000};
  /// How long the answer may take.
  std::chrono::milliseconds check_timeout{1'000};
  /// A replica that is further behind the primary does not count.
  std::chrono::milliseconds max_lag{10'000};
  /// The primary answers what is for replicas when none counts; otherwise one is waited for.
  bool fall_back = true;
};

}  // namespace pgjinja::pg
