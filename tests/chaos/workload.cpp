#include "chaos/workload.hpp"

#include "chaos/audit.hpp"

#include <pgjinja/jinja/loader.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace pgjinja::chaos {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds kPatience{10};  // for workers that are to end
constexpr std::chrono::seconds kRecovery{30};

ClientSettings client_settings(const WorkloadSettings& settings, std::size_t connections) {
  ClientSettings client;
  client.connection = settings.connection;
  client.pool = settings.pool;
  client.cluster = settings.cluster;
  client.pool.max_size = connections;
  client.loader = std::make_shared<jinja::MapLoader>(worker_templates());
  return client;
}

}  // namespace

Workload::Workload(Testbed& testbed, WorkloadSettings settings)
    : testbed_(testbed), settings_(std::move(settings)) {
  start();
  Row first;
  await_recovery(Clock::now(), first);
}

Workload::~Workload() {
  Row nobody_asks;
  await_workers(nobody_asks);
  stop();
}

void Workload::start() {
  client_.emplace(client_settings(settings_, settings_.blocking_connections));
  async_client_.emplace(loop_, client_settings(settings_, settings_.async_connections));
  guard_.emplace(asio::make_work_guard(loop_));
  sampler_.emplace(testbed_);
  for (int i = 0; i < settings_.threads + settings_.coroutines; ++i) {
    Worker& worker = *workers_.emplace_back(std::make_unique<Worker>(i + 1, settings_.pace));
    worker.journal().tolerate(settings_.tolerated);
    worker.journal().keep_secret(settings_.secret);
    if (i < settings_.threads) {
      threads_.emplace_back([this, &worker] { worker.run(*client_, over_); });
    } else {
      asio::co_spawn(loop_, worker.run(*async_client_, over_), asio::detached);
    }
  }
  threads_.emplace_back([this] { loop_.run(); });
}

void Workload::stop() {
  over_ = true;
  async_client_.reset();  // while the loop still runs, in which it closes its sessions
  guard_.reset();
  threads_.clear();
}

void Workload::await_recovery(Clock::time_point healed, Row& row) {
  std::vector<const Worker*> missing;
  for (const auto& worker : workers_) missing.push_back(worker.get());
  while (!missing.empty()) {
    std::erase_if(missing, [&](const Worker* worker) {
      const Clock::time_point success = worker->journal().last_success();
      if (success < healed) return false;
      row.recoveries.push_back(
          std::chrono::duration<double, std::milli>(Clock::now() - healed).count());
      return true;
    });
    if (Clock::now() > healed + kRecovery) break;
    std::this_thread::sleep_for(milliseconds(1));
  }
  if (missing.empty()) return;
  await_workers(row);
  throw std::runtime_error(fmt::format("{} workers do not recover", missing.size()));
}

void Workload::await_workers(Row& row) {
  over_ = true;
  const auto end = Clock::now() + kPatience;
  const auto is_back = [](const auto& worker) { return worker->is_back(); };
  while (!std::all_of(workers_.begin(), workers_.end(), is_back)) {
    if (Clock::now() > end) break;
    std::this_thread::sleep_for(milliseconds(1));
  }
  const auto missing = static_cast<std::uint64_t>(
      std::count_if(workers_.begin(), workers_.end(), [&](const auto& w) { return !is_back(w); }));
  if (missing == 0) return;
  row.hung += missing;
  // Nobody can wait for them, nor destroy what they use.
  fmt::print(stderr, "{}: {} workers are not back\n", row.name, missing);
  std::fputs((line_of(row, false) + "\n").c_str(), stdout);
  std::fflush(stdout);
  std::_Exit(3);
}

void Workload::close() {
  stop();
  client_.reset();
}

void Workload::finish(Row& row, const Plan& plan) {
  await_workers(row);
  close();
  if (settings_.behind_pooler) {
    row.complain_unless(testbed_.await_idle_sessions(), "sessions are busy at the server");
  } else {
    row.complain_unless(testbed_.await_no_sessions(), "sessions are left at the server");
    row.most_sessions = std::max(row.most_sessions, sampler_->most());
    row.titles_of_most = sampler_->titles_of_most();
    // A pool for each host, and of several hosts each client asks each what it is.
    const std::string& names = settings_.connection.keywords.at("host");
    const auto hosts = static_cast<std::size_t>(1 + std::count(names.begin(), names.end(), ','));
    row.max_sessions = hosts * (settings_.blocking_connections + settings_.async_connections +
                                (hosts > 1 ? 2 : 0));
  }
  std::vector<const Journal*> journals;
  for (const auto& worker : workers_) {
    worker->journal().add_to(row, plan);
    journals.push_back(&worker->journal());
  }
  audit(testbed_, journals, row);
  row.complain_unless(row.acknowledged > 0, "nothing was acknowledged");
}

}  // namespace pgjinja::chaos
