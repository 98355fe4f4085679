#pragma once

#include "async/async_connection.hpp"
#include "async/async_job.hpp"
#include "async/async_pool.hpp"
#include "async/loop_end.hpp"
#include "pg/cluster/lookout.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/call_limits.hpp>
#include <pgjinja/pg/cluster_settings.hpp>
#include <pgjinja/pg/host_status.hpp>
#include <pgjinja/pg/pool_settings.hpp>
#include <pgjinja/pg/settings.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace pgjinja::async {

/// The pools of an AsyncClient, one for each host, and who looks out for what these are. All
/// methods but begin() are to be called on its executor, a strand.
class AsyncCluster final : public std::enable_shared_from_this<AsyncCluster>, private EndsWithLoop {
 public:
  using JobPtr = std::shared_ptr<AsyncJob>;
  using ConnectionPtr = std::shared_ptr<AsyncConnection>;

  /// @throws as pg::Cluster's constructor
  static std::shared_ptr<AsyncCluster> make(const boost::asio::any_io_executor& strand,
                                            const pg::Settings& settings,
                                            const pg::PoolSettings& pool_settings,
                                            const pg::ClusterSettings& cluster_settings);
  ~AsyncCluster() override;

  /// Executes the job as soon as a connection to a host of its role is free. From any thread; calls
  /// no handler by itself.
  void begin(const JobPtr& job);
  void cancel(const JobPtr& job);
  /// A connection that a job has taken over.
  void give_back(const ConnectionPtr& connection);

  /// Finds out how to reach a host of a role, for which it waits, on any thread and also when this
  /// is gone. @throws as pg::Cluster::settings()
  using Locator = std::function<pg::Settings(pg::Role role, const pg::CallLimits& limits)>;
  [[nodiscard]] Locator locator() const;
  [[nodiscard]] std::vector<pg::HostStatus> hosts() const;
  void renew();
  using Warmed = std::function<void(std::exception_ptr failure)>;
  /// As AsyncPool::prewarm(), for all of them.
  void prewarm(Warmed then);
  /// As AsyncPool::drain(), for all of them.
  void drain(std::chrono::steady_clock::time_point deadline, std::function<void(bool)> then);
  /// Nothing new begins: what waits fails, what runs is finished.
  void close();

 private:
  class Messenger;
  using Moment = pg::pool::Moment;

  AsyncCluster(const boost::asio::any_io_executor& strand, std::vector<pg::cluster::Host> hosts,
               const pg::PoolSettings& pool_settings);
  void make_pools(const pg::PoolSettings& pool_settings,
                  const pg::ClusterSettings& cluster_settings);

  void loop_ended() noexcept override;
  void loop_forked() override;
  void disown();
  void route(const JobPtr& job);
  bool take_over(const JobPtr& job, std::size_t host, const Error& why);
  void hosts_changed();
  [[nodiscard]] pg::cluster::Lookout::Outstanding outstanding() const;

  // Those for whom there is no host.
  void wait(const JobPtr& job);
  void set_alarm();
  void on_alarm();
  [[nodiscard]] Moment patience_of(const AsyncJob& job) const;
  [[nodiscard]] Error impatience_of(const AsyncJob& job) const;

  boost::asio::any_io_executor strand_;
  std::vector<pg::cluster::Host> hosts_;
  std::chrono::milliseconds acquire_timeout_;
  std::chrono::milliseconds breaker_after_;
  std::uint64_t generation_;  // of the process that it was made in
  std::vector<std::shared_ptr<AsyncPool>> pools_;
  std::shared_ptr<Messenger> messenger_;
  std::shared_ptr<pg::cluster::Lookout> lookout_;  // none: there is one host
  std::vector<JobPtr> waiting_;
  boost::asio::steady_timer alarm_;
  bool closed_ = false;
};

}  // namespace pgjinja::async
