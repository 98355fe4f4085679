// What a pool does by itself: what its housekeeper asks of it, what its machine orders, its
// beginning and its end.

#include "pg/deadline.hpp"
#include "pg/fork_generation.hpp"
#include "pg/pool_state.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace pgjinja::pg {

using pool::Clock;
using pool::Machine;
using pool::Order;
using pool::Refusal;
using pool::Waiter;

namespace {

/// How long the end of a pool waits for threads that cannot be stopped: they look a name up.
constexpr std::chrono::milliseconds kLastWait{200};

}  // namespace

// The housekeeper's part.

void PoolState::work(Work& work) {
  {
    const Hold hold(*this);
    const Moment now = Clock::now();
    machine_.tick(now);
    obey();
    note_breaker(now);
    work.orders.clear();
    work.orders.swap(todo_);
    todo_.reserve(2 * machine_.nodes() + 8);  // so that giving back cannot run out of memory
    work.next = machine_.next_tick(now);
    if (machine_.sizes().open > 0) work.next = std::min(work.next, now + patrol_);
    work.over = closed_;
  }
  events_.tell();
}

void PoolState::open(NodeId node) {
  {
    const Lock lock(mutex_);
    if (node >= connections_.size()) connections_.resize(node + std::size_t{1});
  }
  openings_.begin([self = shared_from_this(), node](pool::Openings::Opened opening) {
    self->opened(node, std::move(opening));
  });
}

void PoolState::opened(NodeId node, pool::Openings::Opened opening) {
  {
    const Hold hold(*this);
    const Moment now = Clock::now();
    if (opening.failure) {
      if (!closed_) last_failure_ = opening.failure;
      books_.opening_failed(opening.failure->sqlstate());
      events_.add({.kind = PoolEvent::Kind::OpeningFailed, .text = opening.failure->what()});
      machine_.opening_failed(node, now, pool::obstacle_of(*opening.failure));
    } else {
      last_failure_.reset();
      const std::uint32_t pid = opening.connection->backend_pid();
      connections_[node] = std::move(opening.connection);
      books_.opened(node, pid, now, opening.took);
      events_.add({.kind = PoolEvent::Kind::Opened, .backend_pid = pid, .time = opening.took});
      machine_.opened(node, now);
    }
    obey();
    note_breaker(now);
  }
  events_.tell();
}

std::shared_ptr<SessionDriver> PoolState::session(NodeId node) {
  const Lock lock(mutex_);
  return connections_[node]->session();
}

void PoolState::checked(NodeId node, bool alive) {
  {
    const Hold hold(*this);
    machine_.checked(node, Clock::now(), alive);
    obey();
  }
  events_.tell();
}

void PoolState::closed(NodeId node) {
  const Hold hold(*this);
  connections_[node].reset();
  machine_.closed(node, Clock::now());
  obey();
}

// What the machine orders; with the lock.

[[gnu::hot]] void PoolState::obey() {
  const std::size_t before = todo_.size();
  bool alarm = false;
  // close_now() may bring further orders.
  for (std::size_t i = 0; i < machine_.orders().size(); ++i) {
    const Order order = machine_.orders()[i];
    alarm = alarm || order.kind == Order::Kind::Alarm;
    obey(order);
  }
  machine_.clear_orders();
  books_.sizes(machine_.sizes());
  if (alarm || todo_.size() > before) housekeeper_.ring();
  if (watchers_ > 0) changed_.notify_all();
}

[[gnu::hot]] void PoolState::obey(const Order& order) {
  switch (order.kind) {
    case Order::Kind::Serve:
    case Order::Kind::Refuse: return end_wait(order);
    case Order::Kind::Close:
      books_.closed(order.ending);
      if (pool_settings_.hooks.on_close) pool_settings_.hooks.on_close(books_.session(order.node));
      events_.add({.kind = PoolEvent::Kind::Closed,
                   .backend_pid = books_.session(order.node).backend_pid,
                   .text = std::string(pool::ending_name(order.ending))});
      if (closed_) return close_now(order.node);
      [[fallthrough]];
    case Order::Kind::Open:
    case Order::Kind::Check: todo_.push_back(order); return;
    case Order::Kind::Leak: {
      const PooledSession session = books_.session(order.node);
      events_.add({.kind = PoolEvent::Kind::Leak,
                   .backend_pid = session.backend_pid,
                   .label = std::string(session.label),
                   .time = Clock::now() - machine_.lent_since(order.node)});
      return;
    }
    case Order::Kind::Alarm: return;
  }
}

[[gnu::hot]] void PoolState::end_wait(const Order& order) {
  auto& waiter = static_cast<Waiter&>(*order.who);
  if (order.kind == Order::Kind::Refuse) {
    waiter.refusal = order.refusal;
  } else {
    const Moment now = machine_.lent_since(order.node);
    books_.waited(waiter.label, now - waiter.since);
    books_.lent(order.node, waiter.label, now);
    waiter.node = order.node;
    waiter.connection = connections_[order.node].get();
  }
  waiter.over = true;
  waiter.next = std::move(served_);
  served_ = waiter.shared_from_this();
}

/// Nobody is there any more to wait for the server to close it as well.
void PoolState::close_now(NodeId node) {
  connections_[node].reset();
  machine_.closed(node, Clock::now());
}

void PoolState::note_breaker(Moment now) {
  if (auto news = books_.breaker(machine_.reach(), now)) events_.add(*std::move(news));
}

pool::Situation PoolState::situation() const {
  return pool::situation_of(machine_, books_, last_failure_);
}

// The beginning and the end.

bool PoolState::await_change(Lock& lock, const CallLimits& limits, const auto& condition) {
  ++watchers_;
  const bool met = changed_.wait_until(lock, limits.stop, limits.deadline, condition);
  --watchers_;
  return met;
}

void PoolState::prewarm(const CallLimits& call) {
  check_process();
  const CallLimits limits = limits_of(call);
  const Waiter self({});
  {
    const Hold hold(*this);
    if (machine_.is_shut()) refuse(Refusal::Closed, true, self);
    housekeeper_.start();
    machine_.start(Clock::now());
    obey();
  }
  Lock lock(mutex_);
  const auto warm = [this] {
    const Machine::Sizes sizes = machine_.sizes();
    return machine_.is_shut() || sizes.idle + sizes.lent >= pool_settings_.min_size ||
           (machine_.reach().failing_since() && sizes.opening == 0);
  };
  const bool met = await_change(lock, limits, warm);
  if (machine_.is_shut()) refuse(Refusal::Closed, false, self);
  if (!met) throw_end(self, limits);
  if (machine_.reach().failing_since()) refuse(Refusal::Unreachable, false, self);
}

void PoolState::renew() {
  check_process();
  const Hold hold(*this);
  machine_.renew(Clock::now());
  obey();
}

/// Nobody is served any more.
void PoolState::shut() {
  const Hold hold(*this);
  machine_.shut(Clock::now());
  obey();
}

bool PoolState::drain(std::chrono::steady_clock::time_point deadline) {
  check_process();
  shut();
  Lock lock(mutex_);
  const auto returned = [this] { return machine_.sizes().lent == 0; };
  bool all = await_change(lock, {.deadline = deadline}, returned);
  const Moment end = deadline_after(settings_.cancel_patience);
  while (!all && Clock::now() < end) {
    std::vector<CancelKey> keys = keys_of_lent();
    lock.unlock();
    for (CancelKey& key : keys) const CancelRequest request(std::move(key));
    lock.lock();
    all = await_change(lock, {.deadline = std::min(end, Clock::now() + kCancelAgain)}, returned);
  }
  const auto gone = [this] { return machine_.sizes().open == machine_.sizes().lent; };
  await_change(lock, {.deadline = deadline_after(settings_.cancel_patience)}, gone);
  return all;
}

std::vector<CancelKey> PoolState::keys_of_lent() {
  std::vector<CancelKey> keys;
  for (NodeId node = 0; node < machine_.nodes(); ++node) {
    if (machine_.state_of(node) != pool::NodeState::Lent) continue;
    keys.push_back(connections_[node]->session()->session().cancel_key());
  }
  return keys;
}

void PoolState::close() noexcept {
  if (generation_ != fork_generation()) return housekeeper_.forget();
  openings_.stop();
  {
    const Lock lock(mutex_);
    closed_ = true;
  }
  shut();
  housekeeper_.ring();
  housekeeper_.join();
  {
    const Hold hold(*this);
    // What the housekeeper has not come to do, or was in the middle of.
    todo_.clear();
    for (NodeId node = 0; node < machine_.nodes(); ++node) {
      if (machine_.state_of(node) == pool::NodeState::Closing) close_now(node);
      if (machine_.state_of(node) == pool::NodeState::Checking) {
        machine_.checked(node, Clock::now(), false);
      }
    }
    obey();
  }
  openings_.wait(Clock::now() + kLastWait);
  {
    const Lock lock(mutex_);
    if (machine_.sizes().lent > 0) self_ = shared_from_this();
  }
  events_.tell();
}

std::size_t PoolState::outstanding() const {
  const Lock lock(mutex_);
  const Machine::Sizes sizes = machine_.sizes();
  return sizes.lent + sizes.waiting;
}

PoolStatistics PoolState::statistics() const {
  const Lock lock(mutex_);
  PoolStatistics statistics = books_.statistics(machine_.sizes());
  statistics.breaker_open = machine_.reach().broken(Clock::now());
  return statistics;
}

}  // namespace pgjinja::pg
