#pragma once

#include <pgjinja/pg/cluster_settings.hpp>
#include <pgjinja/pg/host_status.hpp>
#include <pgjinja/pg/pool.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace pgjinja::pg {

class ClusterState;

/// A primary and its replicas: a Pool for each host that the settings name (host=a,b,c, and
/// port=… for all or for each; manual 34.1.1.3), and a session for each beside it, which asks the
/// server what it is. target_session_attrs does not count: what is wanted, each borrower says.
///
/// The primary is the host that is not in recovery and takes writes; of two, the one on the later
/// timeline, as the other has been left behind. When another one is promoted, those who wait for
/// the old one wait for the new one instead. A replica counts as long as it answers and is not
/// behind the primary for longer than max_lag, as measured by what it has replayed of what the
/// primary was seen to have written; while the primary cannot be asked, what was seen last counts.
///
/// With one host it is a Pool and nothing else: all roles are that host.
class Cluster {
 public:
  /// Opens nothing yet. `pool_settings` are for the pool of each host.
  /// @throws as Pool's constructor; Error{Config} for settings that cannot be read, or that have
  ///         other numbers of hosts and ports.
  explicit Cluster(Settings settings, PoolSettings pool_settings = {},
                   ClusterSettings cluster_settings = {});
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  /// Lends a connection to a host of that role: of several, to the one with the fewest borrowers.
  /// Waits for one to have that role, as for a connection of its pool. Thread-safe.
  /// @throws as Pool::acquire(); Error{Connection} when no host has had the role for breaker_after,
  ///         and Error{Timeout} before that, with what each of them is.
  Lease acquire(Role role, const CallLimits& limits = {}, std::string_view label = {});

  /// How to reach a host of that role, for sessions outside the pools. Waits for it as acquire().
  /// Thread-safe. @throws as acquire()
  [[nodiscard]] Settings settings(Role role, const CallLimits& limits = {});

  /// How many hosts there are; at least one.
  [[nodiscard]] std::size_t size() const noexcept;
  /// In the order of the settings; thread-safe.
  [[nodiscard]] std::vector<HostStatus> hosts() const;
  /// The pool of a host; lives as long as this. @throws std::out_of_range
  [[nodiscard]] Pool& pool(std::size_t host);

  /// As those of Pool, for the pool of each host, one after the other: prewarm() of the hosts that
  /// can be reached. Thread-safe.
  void prewarm(const CallLimits& limits = {});
  void renew();
  /// All at the same time; then nobody asks the hosts any more.
  bool drain(std::chrono::steady_clock::time_point deadline);

 private:
  std::unique_ptr<ClusterState> state_;
};

}  // namespace pgjinja::pg
