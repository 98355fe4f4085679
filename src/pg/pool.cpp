#include "pg/deadline.hpp"
#include "pg/fork_generation.hpp"
#include "pg/pool_state.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/pool.hpp>

#include <utility>

#include <fmt/format.h>

namespace pgjinja::pg {

namespace {

Error slow_opening(const Error& failure, const CallLimits& limits) {
  return Error(ErrorKind::Timeout, fmt::format("no connection could be opened until {} had passed",
                                               limits.deadline_name))
      .detail(failure.message())
      .hint(failure.hint())
      .safe_to_retry(true);
}

}  // namespace

PoolState::PoolState(Settings settings, PoolSettings pool_settings)
    : settings_(std::move(settings)),
      pool_settings_(pool_settings),
      timeout_name_(fmt::format("the pool's acquire_timeout of {} ms",
                                pool_settings.acquire_timeout.count())),
      generation_(fork_generation()) {
  if (pool_settings.max_size == 0) {
    throw Error(ErrorKind::Config, "a pool with max_size 0 can lend nothing")
        .hint("start with as many connections as the server has cores");
  }
  if (pool_settings.max_size > PoolSettings::kMostConnections) {
    throw Error(ErrorKind::Config,
                fmt::format("a pool with max_size {} is larger than any server's "
                            "max_connections can be ({})",
                            pool_settings.max_size, PoolSettings::kMostConnections))
        .hint("start with as many connections as the server has cores");
  }
  idle_.reserve(pool_settings.max_size);  // so that giving back cannot run out of memory
}

std::unique_ptr<Connection> PoolState::acquire(const CallLimits& call) {
  check_process();
  const CallLimits limits = limits_of(call);
  std::unique_ptr<Connection> connection = take_slot(limits);
  if (connection != nullptr && connection->quiet()) return connection;
  connection.reset();  // the server closed it while it was idle: its slot gets a new one
  return open_connection(limits);
}

std::unique_ptr<Connection> PoolState::take_idle() {
  check_process();
  while (true) {
    std::unique_ptr<Connection> connection;
    {
      const Lock lock(mutex_);
      if (idle_.empty()) return nullptr;
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
    if (connection->quiet()) return connection;
    connection.reset();
    pass_on(nullptr);
  }
}

CallLimits PoolState::limits_of(const CallLimits& call) const {
  CallLimits limits = call;
  const auto longest = deadline_after(pool_settings_.acquire_timeout);
  if (longest < limits.deadline) {
    limits.deadline = longest;
    limits.deadline_name = timeout_name_;
  }
  return limits;
}

std::unique_ptr<Connection> PoolState::take_slot(const CallLimits& limits) {
  Lock lock(mutex_);
  if (closed_) throw Error(ErrorKind::Config, "the pool is closed");
  if (waiting_.empty()) {
    if (!idle_.empty()) {
      std::unique_ptr<Connection> connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
    if (open_ < pool_settings_.max_size) {
      ++open_;
      return nullptr;
    }
  }
  return wait_for_slot(lock, limits);
}

std::unique_ptr<Connection> PoolState::wait_for_slot(Lock& lock, const CallLimits& limits) {
  Waiter self;
  const auto place = waiting_.insert(waiting_.end(), &self);
  self.served_signal.wait_until(lock, limits.stop, limits.deadline,
                                [&] { return self.served || closed_; });
  if (self.served) return std::move(self.connection);
  waiting_.erase(place);
  if (closed_) {
    throw Error(ErrorKind::Config, "the pool was closed while a connection was awaited");
  }
  if (limits.stop.stop_requested()) {
    throw Error(ErrorKind::Cancelled, "the caller asked to stop while a connection was awaited")
        .safe_to_retry(true);
  }
  throw_timeout(limits);
}

std::unique_ptr<Connection> PoolState::open_connection(const CallLimits& limits) {
  try {
    auto connection = std::make_unique<Connection>(settings_, limits.deadline);
    const Lock lock(mutex_);
    last_failure_.clear();
    return connection;
  } catch (const Error& error) {
    give_up_slot(error.message());
    if (error.kind() == ErrorKind::Connection &&
        std::chrono::steady_clock::now() >= limits.deadline) {
      throw slow_opening(error, limits);
    }
    throw;
  } catch (const std::exception& error) {
    give_up_slot(error.what());
    throw;
  }
}

void PoolState::give_up_slot(const std::string& failure) {
  {
    const Lock lock(mutex_);
    last_failure_ = failure;
  }
  pass_on(nullptr);
}

void PoolState::release(std::unique_ptr<Connection> connection) noexcept {
  // A child has a copy of the pool whose lock may be held by a thread that it does not have.
  if (generation_ != fork_generation()) return;
  if (connection->usable() && connection->in_transaction()) {
    try {
      connection->run_script("ROLLBACK", {.deadline = deadline_after(settings_.cancel_patience)});
    } catch (const std::exception&) {
      connection.reset();  // a session that cannot roll back is of no use to the next borrower
    }
  }
  if (connection != nullptr && !connection->usable()) connection.reset();
  pass_on(std::move(connection));
}

void PoolState::pass_on(std::unique_ptr<Connection> connection) noexcept {
  const Lock lock(mutex_);
  if (closed_) {
    --open_;  // the connection is closed when the lock has been left
  } else if (!waiting_.empty()) {
    Waiter* first = waiting_.front();
    waiting_.pop_front();
    first->connection = std::move(connection);
    first->served = true;
    first->served_signal.notify_one();
  } else if (connection != nullptr) {
    idle_.push_back(std::move(connection));
  } else {
    --open_;
  }
}

void PoolState::close() noexcept {
  std::vector<std::unique_ptr<Connection>> closing;
  if (generation_ != fork_generation()) return;
  const Lock lock(mutex_);
  closed_ = true;
  open_ -= idle_.size();
  closing.swap(idle_);
  for (Waiter* waiter : waiting_) waiter->served_signal.notify_one();
}

PoolStatistics PoolState::statistics() const {
  const Lock lock(mutex_);
  return {open_, idle_.size(), waiting_.size()};
}

void PoolState::check_process() const {
  if (generation_ == fork_generation()) return;
  throw Error(ErrorKind::Config, "this pool was made before fork(), by the parent process")
      .hint("make a pool after the fork, in the process that uses it");
}

void PoolState::throw_timeout(const CallLimits& limits) const {
  Error error(ErrorKind::Timeout,
              fmt::format("no connection became free until {} had passed: all {} are lent",
                          limits.deadline_name, open_));
  error.hint("give leases back sooner, or raise max_size").safe_to_retry(true);
  if (!last_failure_.empty()) error.detail("the last attempt to connect failed: " + last_failure_);
  throw error;
}

Lease::Lease(std::shared_ptr<PoolState> pool, std::unique_ptr<Connection> connection) noexcept
    : pool_(std::move(pool)), connection_(std::move(connection)) {}
Lease::Lease(Lease&& other) noexcept = default;
Lease& Lease::operator=(Lease&& other) noexcept {
  if (this == &other) return *this;
  give_back();
  pool_ = std::move(other.pool_);
  connection_ = std::move(other.connection_);
  return *this;
}
Lease::~Lease() { give_back(); }

void Lease::give_back() noexcept {
  if (connection_ != nullptr) pool_->release(std::move(connection_));
}

Pool::Pool(Settings settings, PoolSettings pool_settings)
    : state_(std::make_shared<PoolState>(std::move(settings), pool_settings)) {}
Pool::~Pool() { state_->close(); }

Lease Pool::acquire(const CallLimits& limits) {
  const std::shared_ptr<PoolState> state = state_;  // outlives a pool that is destroyed meanwhile
  return {state, state->acquire(limits)};
}
std::vector<Lease> Pool::acquire_idle() {
  const std::shared_ptr<PoolState> state = state_;
  std::vector<Lease> leases;
  while (auto connection = state->take_idle()) {
    leases.push_back(Lease(state, std::move(connection)));
  }
  return leases;
}

PoolStatistics Pool::statistics() const { return state_->statistics(); }

}  // namespace pgjinja::pg
