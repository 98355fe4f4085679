#include "pg/cluster/lookout.hpp"

#include "pg/cluster/answer.hpp"
#include "pg/cluster/errors.hpp"
#include "pg/deadline.hpp"
#include "pg/fork_generation.hpp"
#include "pg/pool/errors.hpp"
#include "pg/signals_blocked.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::pg::cluster {

namespace {

/// So much more often all are asked while no primary is known.
constexpr int kHurry = 10;
/// How long the end waits for threads that cannot be stopped: they look a name up.
constexpr std::chrono::milliseconds kLastWait{200};
constexpr Role kRoles[] = {Role::Primary, Role::Replica, Role::Any};

std::size_t index(Role role) { return static_cast<std::size_t>(role); }

std::string shown(const HostStatus& status) {
  switch (status.state) {
    case HostState::Unreachable: return "unreachable: " + status.failure;
    case HostState::Replica:
      return status.lag ? fmt::format("a replica, {} ms behind", status.lag->count())
                        : "a replica, too far behind";
    case HostState::Primary: return status.primary ? "the primary" : "a primary that was replaced";
    case HostState::ReadOnly: return "not in recovery, but default_transaction_read_only is on";
    case HostState::Unknown: break;
  }
  return "not known yet";
}

}  // namespace

Lookout::Lookout(std::vector<Host> hosts,
                 std::function<Connection(const Settings&, const CallLimits&)> open,
                 const ClusterSettings& settings, std::function<void()> changed)
    : hosts_(std::move(hosts)),
      open_(std::move(open)),
      settings_(settings),
      changed_(std::move(changed)),
      generation_(fork_generation()),
      topology_(hosts_.size(), settings),
      until_(hosts_.size()) {}

void Lookout::start() {
  std::unique_lock lock(mutex_);
  if (std::exchange(started_, true)) return;
  note_lacking();
  const SignalsBlocked blocked;
  for (std::size_t host = 0; host < hosts_.size(); ++host) {
    try {
      std::thread([self = shared_from_this(), host] { self->watch(host); }).detach();
    } catch (const std::system_error& error) {
      started_ = host > 0;  // those that run go on
      throw Error(
          ErrorKind::Runtime,
          std::string("a host cannot be watched for want of a thread: ") + error.code().message());
    }
    ++watching_;
  }
}

void Lookout::stop() noexcept {
  if (generation_ != fork_generation()) return;
  stop_.request_stop();
  std::unique_lock lock(mutex_);
  told_.notify_all();
  told_.wait_for(lock, kLastWait, [this] { return watching_ == 0; });
}

void Lookout::watch(std::size_t host) noexcept {
  std::optional<Connection> connection;
  while (!stop_.stop_requested()) {
    ask(host, connection);
    rest();
  }
  connection.reset();
  const std::lock_guard lock(mutex_);
  --watching_;
  told_.notify_all();
}

void Lookout::ask(std::size_t host, std::optional<Connection>& connection) {
  CallLimits limits{.deadline = deadline_after(settings_.check_timeout),
                    .deadline_name = "the cluster's check_timeout",
                    .stop = stop_.get_token()};
  try {
    if (!connection) connection = open_(hosts_[host].settings, limits);
    const Answer answer = cluster::ask(*connection, limits);
    std::unique_lock lock(mutex_);
    change(lock, [&] { topology_.answered(host, answer, pool::Clock::now()); });
  } catch (const std::exception& error) {
    connection.reset();
    const auto* const known = dynamic_cast<const Error*>(&error);
    std::unique_lock lock(mutex_);
    change(lock,
           [&] { topology_.failed(host, known != nullptr ? known->message() : error.what()); });
  }
}

/// Until it is time to ask again.
void Lookout::rest() {
  std::unique_lock lock(mutex_);
  const std::uint64_t seen = rung_;
  const Moment began = pool::Clock::now();
  // How long that is may change meanwhile.
  while (rung_ == seen && !stop_.stop_requested() &&
         pool::Clock::now() < pool::later(began, interval())) {
    told_.wait_until(lock, pool::later(began, interval()));
  }
}

std::chrono::milliseconds Lookout::interval() const {
  const auto primary = topology_.primary();
  const bool calm = primary && topology_.status(*primary).state == HostState::Primary;
  return std::max(std::chrono::milliseconds(1),
                  calm ? settings_.check_interval : settings_.check_interval / kHurry);
}

void Lookout::change(std::unique_lock<std::mutex>& lock, const std::function<void()>& how) {
  const Suiting before = suiting();
  how();
  told_.notify_all();  // also those that ask: it may be urgent now
  const Suiting after = suiting();
  if (after == before) return;
  note_lacking();
  std::vector<std::stop_source> over;
  for (std::size_t host = 0; host < hosts_.size(); ++host) {
    for (const Role role : kRoles) {
      if (!before[host][index(role)] || after[host][index(role)]) continue;
      over.push_back(std::exchange(until_[host][index(role)], std::stop_source()));
    }
  }
  lock.unlock();
  for (std::stop_source& each : over) each.request_stop();
  if (changed_) changed_();
}

Lookout::Suiting Lookout::suiting() const {
  Suiting all(hosts_.size());
  for (std::size_t host = 0; host < hosts_.size(); ++host) {
    for (const Role role : kRoles) all[host][index(role)] = topology_.suits(host, role);
  }
  return all;
}

void Lookout::note_lacking() {
  const Suiting all = suiting();
  for (const Role role : kRoles) {
    std::optional<Moment>& since = lacking_[index(role)];
    if (std::any_of(all.begin(), all.end(), [&](const auto& host) { return host[index(role)]; })) {
      since.reset();
    } else if (!since) {
      since = pool::Clock::now();
    }
  }
}

Lookout::Choice Lookout::choose(Role role, const Outstanding& outstanding) {
  const std::lock_guard lock(mutex_);
  const std::optional<std::size_t> host = topology_.choose(role, outstanding);
  return {host, host ? until_[*host][index(role)].get_token() : std::stop_token()};
}

bool Lookout::suits(std::size_t host, Role role) const {
  const std::lock_guard lock(mutex_);
  return topology_.suits(host, role);
}

Lookout::Choice Lookout::await(Role role, const std::function<Outstanding()>& outstanding,
                               const CallLimits& limits, std::chrono::milliseconds patience) {
  start();
  while (true) {
    Choice choice = choose(role, outstanding());
    if (choice.host) return choice;
    await_any(role, limits, patience);
  }
}

void Lookout::await_any(Role role, const CallLimits& limits, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  const std::optional<Moment>& since = lacking_[index(role)];
  if (!since) return;
  const Moment began = *since;
  const Moment end = std::min(limits.deadline, pool::later(began, patience));
  if (told_.wait_until(lock, limits.stop, end, [&] { return !since.has_value(); })) return;
  lock.unlock();
  if (limits.stop.stop_requested()) throw pool::stopped_error();
  const Moment now = pool::Clock::now();
  if (now >= limits.deadline) throw timeout_error(role, limits.deadline_name, describe());
  throw lacking_error(role, now - began, describe());
}

std::optional<Moment> Lookout::lacking_since(Role role) const {
  const std::lock_guard lock(mutex_);
  return lacking_[index(role)];
}

void Lookout::doubt(std::size_t host) {
  std::unique_lock lock(mutex_);
  ++rung_;
  told_.notify_all();
  change(lock, [&] { topology_.doubt(host); });
}

void Lookout::failed(std::size_t host, const Error& error) {
  std::unique_lock lock(mutex_);
  change(lock, [&] { topology_.failed(host, error.message()); });
}

HostStatus Lookout::status(std::size_t host) const {
  const std::lock_guard lock(mutex_);
  HostStatus status = topology_.status(host);
  status.name = hosts_[host].name;
  return status;
}

std::string Lookout::describe() const {
  std::string text;
  for (std::size_t host = 0; host < hosts_.size(); ++host) {
    const HostStatus one = status(host);
    text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", one.name, shown(one));
  }
  return text;
}

}  // namespace pgjinja::pg::cluster
