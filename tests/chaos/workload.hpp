#pragma once

#include "chaos/sampler.hpp"
#include "chaos/testbed.hpp"
#include "chaos/worker.hpp"

#include <pgjinja/async/client.hpp>
#include <pgjinja/client/client.hpp>
#include <pgjinja/pg/cluster_settings.hpp>
#include <pgjinja/pg/pool_settings.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace pgjinja::chaos {

struct WorkloadSettings {
  pg::Settings connection;
  int threads = 4;
  int coroutines = 6;
  std::size_t blocking_connections = 3;
  std::size_t async_connections = 2;
  Pace pace = {};
  pg::PoolSettings pool = {};  ///< but for its size
  pg::ClusterSettings cluster = {};
  std::set<std::string> tolerated = {};  ///< kinds of errors that are right
  bool behind_pooler = false;            ///< which keeps its sessions
  std::string secret = {};               ///< what no error may tell
};

/// Threads with a Client and coroutines with an AsyncClient that work until they are told to stop,
/// and everything that they have seen.
class Workload {
 public:
  /// Starts it, and waits until each worker has had a success.
  Workload(Testbed& testbed, WorkloadSettings settings);
  ~Workload();
  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;

  [[nodiscard]] const Client& client() const noexcept { return *client_; }
  [[nodiscard]] const AsyncClient& async_client() const noexcept { return *async_client_; }
  /// Which the coroutines use, in a thread of its own.
  [[nodiscard]] boost::asio::io_context& loop() noexcept { return loop_; }

  /// Waits until each worker has had a success since `healed`, and writes down how long that took.
  void await_recovery(Clock::time_point healed, Row& row);

  /// Ends it, closes its sessions, and holds what it was told against the tables. A worker that is
  /// not back after ten seconds ends the program: it cannot be waited for.
  void finish(Row& row, const Plan& plan);

 private:
  void start();
  void stop();
  void await_workers(Row& row);
  void close();

  Testbed& testbed_;
  WorkloadSettings settings_;
  std::atomic<bool> over_ = false;
  std::optional<Client> client_;
  boost::asio::io_context loop_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> guard_;
  std::optional<AsyncClient> async_client_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::jthread> threads_;
  std::optional<Sampler> sampler_;
};

}  // namespace pgjinja::chaos
