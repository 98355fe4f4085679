#include "pg/cluster_state.hpp"

#include <pgjinja/pg/cluster.hpp>

#include <memory>
#include <utility>

namespace pgjinja::pg {

Cluster::Cluster(Settings settings, PoolSettings pool_settings, ClusterSettings cluster_settings)
    : state_(std::make_unique<ClusterState>(
          cluster::hosts_of(settings), pool_settings, cluster_settings,
          [&pool_settings](Settings of_host, std::function<void()> on_read_only) {
            return std::unique_ptr<Pool>(
                new Pool(std::move(of_host), pool_settings, std::move(on_read_only)));
          })) {}
Cluster::~Cluster() { state_->close(); }

[[gnu::hot]] Lease Cluster::acquire(Role role, const CallLimits& limits, std::string_view label) {
  return state_->acquire(role, limits, label);
}

Settings Cluster::settings(Role role, const CallLimits& limits) {
  return state_->settings(role, limits);
}

std::size_t Cluster::size() const noexcept { return state_->pools().size(); }
std::vector<HostStatus> Cluster::hosts() const { return state_->hosts(); }
Pool& Cluster::pool(std::size_t host) { return *state_->pools().at(host); }

void Cluster::prewarm(const CallLimits& limits) { state_->prewarm(limits); }
void Cluster::renew() {
  for (const auto& pool : state_->pools()) pool->renew();
}
bool Cluster::drain(std::chrono::steady_clock::time_point deadline) {
  return state_->drain(deadline);
}

}  // namespace pgjinja::pg
