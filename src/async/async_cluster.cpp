#include "async/async_cluster.hpp"

#include "pg/cluster/errors.hpp"
#include "pg/fork_generation.hpp"
#include "pg/pool/errors.hpp"
#include "pg/pool/moment.hpp"
#include "pg/pool/opening.hpp"

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

#include <boost/asio/post.hpp>

namespace pgjinja::async {

using pg::cluster::Lookout;
using pg::pool::Clock;

/// Brings word from the threads that look out to the strand, until it is told that there is none
/// any more.
class AsyncCluster::Messenger {
 public:
  explicit Messenger(boost::asio::any_io_executor strand)
      : gate_(LoopEnd::of(strand).fork_gate()), strand_(std::move(strand)) {}

  void send_to(std::weak_ptr<AsyncCluster> cluster) { cluster_ = std::move(cluster); }
  void hosts_changed() {
    const std::lock_guard lock(*gate_);
    if (!strand_) return;
    boost::asio::post(*strand_, [to = cluster_] {
      if (const auto cluster = to.lock()) cluster->hosts_changed();
    });
  }
  /// In a forked child nobody sends word, and the gate may still be closed.
  void stop() noexcept {
    if (generation_ != pg::fork_generation()) return;
    const std::lock_guard lock(*gate_);
    strand_.reset();
  }

 private:
  const std::uint64_t generation_ = pg::fork_generation();
  const std::shared_ptr<std::mutex> gate_;  // also of the next
  std::optional<boost::asio::any_io_executor> strand_;
  std::weak_ptr<AsyncCluster> cluster_;
};

std::shared_ptr<AsyncCluster> AsyncCluster::make(const boost::asio::any_io_executor& strand,
                                                 const pg::Settings& settings,
                                                 const pg::PoolSettings& pool_settings,
                                                 const pg::ClusterSettings& cluster_settings) {
  std::shared_ptr<AsyncCluster> cluster(
      new AsyncCluster(strand, pg::cluster::hosts_of(settings), pool_settings));
  cluster->make_pools(pool_settings, cluster_settings);
  return cluster;
}

AsyncCluster::AsyncCluster(const boost::asio::any_io_executor& strand,
                           std::vector<pg::cluster::Host> hosts,
                           const pg::PoolSettings& pool_settings)
    : EndsWithLoop(LoopEnd::of(strand)),
      strand_(strand),
      hosts_(std::move(hosts)),
      acquire_timeout_(pool_settings.acquire_timeout),
      breaker_after_(pool_settings.breaker_after),
      generation_(pg::fork_generation()),
      messenger_(std::make_shared<Messenger>(strand)),
      alarm_(strand) {}

AsyncCluster::~AsyncCluster() {
  messenger_->stop();
  if (lookout_ != nullptr) lookout_->stop();
}

void AsyncCluster::make_pools(const pg::PoolSettings& pool_settings,
                              const pg::ClusterSettings& cluster_settings) {
  messenger_->send_to(weak_from_this());
  if (hosts_.size() > 1) {
    lookout_ = std::make_shared<Lookout>(hosts_, pg::pool::opener_of(pool_settings.hooks),
                                         cluster_settings,
                                         [messenger = messenger_] { messenger->hosts_changed(); });
  }
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    AsyncPool::Host host{.number = i};
    if (lookout_ != nullptr) {
      host.elsewhere = [self = weak_from_this(), i](const JobPtr& job, const Error& why) {
        const auto cluster = self.lock();
        return cluster != nullptr && cluster->take_over(job, i, why);
      };
      host.on_read_only = [lookout = lookout_, i] { lookout->doubt(i); };
    }
    pools_.push_back(
        std::make_shared<AsyncPool>(strand_, hosts_[i].settings, pool_settings, std::move(host)));
  }
}

void AsyncCluster::loop_ended() noexcept {
  closed_ = true;
  messenger_->stop();
  const auto waiting = std::exchange(waiting_, {});
}

void AsyncCluster::loop_forked() {
  boost::asio::post(strand_, [self = weak_from_this()] {
    if (const auto cluster = self.lock()) cluster->disown();
  });
}

/// In a forked child nobody looks for a host.
void AsyncCluster::disown() {
  for (const JobPtr& job : std::exchange(waiting_, {})) {
    job->fail(std::make_exception_ptr(pg::pool::forked_error()));
  }
  set_alarm();
}

void AsyncCluster::begin(const JobPtr& job) {
  if (lookout_ == nullptr) return pools_.front()->begin(job);
  boost::asio::post(strand_, [self = shared_from_this(), job] { self->route(job); });
}

void AsyncCluster::route(const JobPtr& job) {
  if (job->state == AsyncJob::State::Over) return;  // cancelled
  if (generation_ != pg::fork_generation()) {
    return job->fail(std::make_exception_ptr(pg::pool::forked_error()));
  }
  try {
    if (!closed_) lookout_->start();
  } catch (const Error&) {
    return job->fail(std::current_exception());
  }
  job->be_patient(acquire_timeout_);
  const auto host = lookout_->choose(job->role(), outstanding()).host;
  // Of a job that is to fail any pool says why.
  if (!host && !closed_ && job->bound().failure == nullptr) return wait(job);
  job->host = host.value_or(0);
  pools_[job->host]->begin(job);
}

/// The pool has lost its host. Another one will do, unless it is the primary, of which there is
/// one.
bool AsyncCluster::take_over(const JobPtr& job, std::size_t host, const Error& why) {
  if (closed_ || Clock::now() >= job->patience || lookout_->status(host).primary) return false;
  lookout_->failed(host, why);
  job->ticket = 0;  // it was for that pool's line
  boost::asio::post(strand_, [self = shared_from_this(), job] { self->route(job); });
  return true;
}

/// Who waits for a host, or in the line of one that is none for it any more, is sent to another.
void AsyncCluster::hosts_changed() {
  std::vector<JobPtr> moved = std::exchange(waiting_, {});
  for (std::size_t host = 0; host < pools_.size(); ++host) {
    const auto taken = pools_[host]->withdraw(
        [&](const AsyncJob& job) { return !lookout_->suits(host, job.role()); });
    moved.insert(moved.end(), taken.begin(), taken.end());
  }
  for (const JobPtr& job : moved) route(job);
  set_alarm();
}

Lookout::Outstanding AsyncCluster::outstanding() const {
  Lookout::Outstanding all;
  for (const auto& pool : pools_) all.push_back(pool->outstanding());
  return all;
}

void AsyncCluster::cancel(const JobPtr& job) {
  const auto waits = std::find(waiting_.begin(), waiting_.end(), job);
  if (waits == waiting_.end()) return pools_[job->host]->cancel(job);
  waiting_.erase(waits);
  set_alarm();
  job->fail(std::make_exception_ptr(pg::pool::stopped_error()));
}

void AsyncCluster::give_back(const ConnectionPtr& connection) {
  pools_[connection->host()]->give_back(connection);
}

// Those for whom there is no host.

void AsyncCluster::wait(const JobPtr& job) {
  waiting_.push_back(job);
  set_alarm();
}

AsyncCluster::Moment AsyncCluster::patience_of(const AsyncJob& job) const {
  const auto since = lookout_->lacking_since(job.role());
  return since ? std::min(job.patience, pg::pool::later(*since, breaker_after_)) : job.patience;
}

Error AsyncCluster::impatience_of(const AsyncJob& job) const {
  const Moment now = Clock::now();
  const auto since = lookout_->lacking_since(job.role());
  if (now < job.patience && since) {
    return pg::cluster::lacking_error(job.role(), now - *since, lookout_->describe());
  }
  const std::string limit = job.patience_name.empty()
                                ? pg::pool::acquire_timeout_name(acquire_timeout_)
                                : std::string(job.patience_name);
  return pg::cluster::timeout_error(job.role(), limit, lookout_->describe());
}

void AsyncCluster::set_alarm() {
  if (waiting_.empty()) {
    alarm_.cancel();
    return;
  }
  Moment next = Moment::max();
  for (const JobPtr& job : waiting_) next = std::min(next, patience_of(*job));
  alarm_.expires_at(next);
  alarm_.async_wait([self = weak_from_this()](const boost::system::error_code& error) {
    const auto cluster = self.lock();
    if (!error && cluster != nullptr) cluster->on_alarm();
  });
}

void AsyncCluster::on_alarm() {
  const Moment now = Clock::now();
  for (const JobPtr& job : std::exchange(waiting_, {})) {
    if (now < patience_of(*job)) {
      waiting_.push_back(job);
    } else {
      job->fail(std::make_exception_ptr(impatience_of(*job)));
    }
  }
  set_alarm();
}

// All of them.

AsyncCluster::Locator AsyncCluster::locator() const {
  return [lookout = lookout_, hosts = hosts_, patience = breaker_after_](
             pg::Role role, const pg::CallLimits& limits) {
    if (lookout == nullptr) return hosts.front().settings;
    const auto nobody = [&hosts] { return Lookout::Outstanding(hosts.size(), 0); };
    return hosts[*lookout->await(role, nobody, limits, patience).host].settings;
  };
}

std::vector<pg::HostStatus> AsyncCluster::hosts() const {
  std::vector<pg::HostStatus> all;
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    pg::HostStatus status =
        lookout_ != nullptr ? lookout_->status(i) : pg::HostStatus{.name = hosts_[i].name};
    status.pool = pools_[i]->statistics();
    all.push_back(std::move(status));
  }
  return all;
}

void AsyncCluster::renew() {
  for (const auto& pool : pools_) pool->renew();
}

/// Of the hosts that can be reached; when none can, the failure is one of theirs.
void AsyncCluster::prewarm(Warmed then) {
  struct Count {
    std::size_t left;
    bool any = false;
    std::exception_ptr failure = nullptr;
    Warmed then = nullptr;
  };
  try {
    if (lookout_ != nullptr && !closed_ && generation_ == pg::fork_generation()) lookout_->start();
  } catch (const Error&) {
    return then(std::current_exception());
  }
  const auto count = std::make_shared<Count>(Count{.left = pools_.size(), .then = std::move(then)});
  for (const auto& pool : pools_) {
    pool->prewarm([count](std::exception_ptr failure) {
      count->any = count->any || failure == nullptr;
      if (failure != nullptr) count->failure = std::move(failure);
      if (--count->left == 0) count->then(count->any ? nullptr : count->failure);
    });
  }
}

void AsyncCluster::drain(std::chrono::steady_clock::time_point deadline,
                         std::function<void(bool)> then) {
  struct Count {
    std::size_t left;
    bool all = true;
    std::function<void(bool)> then;
  };
  const auto count = std::make_shared<Count>(Count{.left = pools_.size(), .then = std::move(then)});
  for (const auto& pool : pools_) {
    pool->drain(deadline, [count, lookout = lookout_](bool all) {
      count->all = count->all && all;
      if (--count->left > 0) return;
      if (lookout != nullptr) lookout->stop();
      count->then(count->all);
    });
  }
}

void AsyncCluster::close() {
  closed_ = true;
  messenger_->stop();
  if (lookout_ != nullptr) lookout_->stop();
  for (const JobPtr& job : std::exchange(waiting_, {})) route(job);
  for (const auto& pool : pools_) pool->close();
}

}  // namespace pgjinja::async
