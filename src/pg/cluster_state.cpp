#include "pg/cluster_state.hpp"

#include "pg/deadline.hpp"
#include "pg/fork_generation.hpp"
#include "pg/pool/errors.hpp"
#include "pg/pool/moment.hpp"
#include "pg/pool/opening.hpp"
#include "pg/stop_either.hpp"

#include <algorithm>
#include <future>
#include <optional>
#include <utility>

namespace pgjinja::pg {

using cluster::Lookout;
using pool::Clock;

ClusterState::ClusterState(std::vector<cluster::Host> hosts, const PoolSettings& pool_settings,
                           const ClusterSettings& settings, const MakePool& make_pool)
    : hosts_(std::move(hosts)),
      acquire_timeout_(pool_settings.acquire_timeout),
      timeout_name_(pool::acquire_timeout_name(acquire_timeout_)),
      breaker_after_(pool_settings.breaker_after),
      generation_(fork_generation()) {
  if (hosts_.size() > 1) {
    lookout_ =
        std::make_shared<Lookout>(hosts_, pool::opener_of(pool_settings.hooks), settings, nullptr);
  }
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    // What is lent may come back when the cluster is gone.
    pools_.push_back(make_pool(hosts_[i].settings, [who = std::weak_ptr(lookout_), i] {
      if (const auto lookout = who.lock()) lookout->doubt(i);
    }));
  }
}

[[gnu::hot]] Lease ClusterState::acquire(Role role, const CallLimits& call,
                                         std::string_view label) {
  if (lookout_ == nullptr) return pools_.front()->acquire(call, label);
  const CallLimits limits = limits_of(call);
  while (true) {
    const Lookout::Choice choice = choose(role, limits);
    const StopEither stop(limits.stop, choice.until);
    CallLimits until = limits;
    until.stop = stop.token();
    try {
      return pools_[*choice.host]->acquire(until, label);
    } catch (const Error& failure) {
      if (!goes_on(failure, choice, limits)) throw;
    }
  }
}

Settings ClusterState::settings(Role role, const CallLimits& call) {
  if (lookout_ == nullptr) return hosts_.front().settings;
  return hosts_[*choose(role, limits_of(call)).host].settings;
}

Lookout::Choice ClusterState::choose(Role role, const CallLimits& limits) {
  check_process();
  return lookout_->await(role, [this] { return outstanding(); }, limits, breaker_after_);
}

bool ClusterState::goes_on(const Error& failure, const Lookout::Choice& choice,
                           const CallLimits& limits) {
  if (limits.stop.stop_requested() || Clock::now() >= limits.deadline) return false;
  // While the borrower waited for it, another one was promoted, or it was found to be of no use.
  if (failure.kind() == ErrorKind::Cancelled) return choice.until.stop_requested();
  const bool replica = !lookout_->status(*choice.host).primary;
  if (failure.kind() != ErrorKind::Connection || !replica) return false;
  lookout_->failed(*choice.host, failure);  // another one will do
  return true;
}

Lookout::Outstanding ClusterState::outstanding() const {
  Lookout::Outstanding all;
  for (const auto& pool : pools_) all.push_back(pool->outstanding());
  return all;
}

CallLimits ClusterState::limits_of(const CallLimits& call) const {
  CallLimits limits = call;
  const auto longest = deadline_after(acquire_timeout_);
  if (longest < limits.deadline) {
    limits.deadline = longest;
    limits.deadline_name = timeout_name_;
  }
  return limits;
}

std::vector<HostStatus> ClusterState::hosts() const {
  std::vector<HostStatus> all;
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    HostStatus status =
        lookout_ != nullptr ? lookout_->status(i) : HostStatus{.name = hosts_[i].name};
    status.pool = pools_[i]->statistics();
    all.push_back(std::move(status));
  }
  return all;
}

void ClusterState::prewarm(const CallLimits& limits) {
  if (lookout_ != nullptr) {
    check_process();
    lookout_->start();
  }
  std::vector<std::future<void>> warmed;
  for (const auto& pool : pools_) {
    warmed.push_back(std::async(std::launch::async, [&] { pool->prewarm(limits); }));
  }
  std::optional<Error> failure;
  std::size_t warm = 0;
  for (auto& each : warmed) {
    try {
      each.get();
      ++warm;
    } catch (const Error& error) {
      failure = error;
    }
  }
  if (warm == 0) throw Error(*failure);
}

bool ClusterState::drain(std::chrono::steady_clock::time_point deadline) {
  if (pools_.size() == 1) return pools_.front()->drain(deadline);
  check_process();
  std::vector<std::future<bool>> drained;
  for (const auto& pool : pools_) {
    drained.push_back(std::async(std::launch::async, [&] { return pool->drain(deadline); }));
  }
  bool all = true;
  for (auto& each : drained) all = each.get() && all;
  lookout_->stop();
  return all;
}

void ClusterState::check_process() const {
  if (generation_ == fork_generation()) return;
  throw pool::forked_error();
}

void ClusterState::close() noexcept {
  if (lookout_ != nullptr) lookout_->stop();
}

}  // namespace pgjinja::pg
