#pragma once

#include "pg/cluster/hosts.hpp"
#include "pg/cluster/lookout.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/cluster_settings.hpp>
#include <pgjinja/pg/host_status.hpp>
#include <pgjinja/pg/pool.hpp>
#include <pgjinja/pg/pool_settings.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::pg {

/// The pools of a cluster, and who looks out. Every method is thread-safe.
class ClusterState {
 public:
  /// Makes a pool; only Cluster may.
  using MakePool = std::function<std::unique_ptr<Pool>(Settings, std::function<void()>)>;

  ClusterState(std::vector<cluster::Host> hosts, const PoolSettings& pool_settings,
               const ClusterSettings& settings, const MakePool& make_pool);

  Lease acquire(Role role, const CallLimits& limits, std::string_view label);
  Settings settings(Role role, const CallLimits& limits);
  [[nodiscard]] std::vector<HostStatus> hosts() const;
  [[nodiscard]] std::vector<std::unique_ptr<Pool>>& pools() noexcept { return pools_; }
  void prewarm(const CallLimits& limits);
  bool drain(std::chrono::steady_clock::time_point deadline);
  /// Nobody looks out any more.
  void close() noexcept;

 private:
  [[nodiscard]] CallLimits limits_of(const CallLimits& call) const;
  [[nodiscard]] cluster::Lookout::Outstanding outstanding() const;
  /// A host of that role, for which it waits.
  cluster::Lookout::Choice choose(Role role, const CallLimits& limits);
  /// True: another choice is to be made. False: the failure is the borrower's.
  bool goes_on(const Error& failure, const cluster::Lookout::Choice& choice,
               const CallLimits& limits);
  void check_process() const;

  const std::vector<cluster::Host> hosts_;
  const std::chrono::milliseconds acquire_timeout_;
  const std::string timeout_name_;
  const std::chrono::milliseconds breaker_after_;
  const std::uint64_t generation_;
  std::shared_ptr<cluster::Lookout> lookout_;  // none: there is one host
  std::vector<std::unique_ptr<Pool>> pools_;
};

}  // namespace pgjinja::pg
