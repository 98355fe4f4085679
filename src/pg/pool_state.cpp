#include "pg/pool_state.hpp"

#include "pg/deadline.hpp"
#include "pg/fork_generation.hpp"
#include "pg/pool/opening.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::pg {

using pool::Clock;
using pool::Ending;
using pool::Machine;
using pool::Order;
using pool::Proof;
using pool::Refusal;
using pool::Waiter;

namespace {

/// How long the end of a pool waits for threads that cannot be stopped: they look a name up.
constexpr std::chrono::milliseconds kLastWait{200};

}  // namespace

/// The lock, and what follows when it is let go: who has been served is woken.
class PoolState::Hold {
 public:
  explicit Hold(PoolState& pool) : pool_(pool), lock_(pool.mutex_) {}
  /// Where nothing is lent any more of a pool that is gone, this was the last of it.
  ~Hold() {
    std::shared_ptr<Waiter> first = std::move(pool_.served_);
    std::shared_ptr<PoolState> last;
    if (pool_.self_ != nullptr && pool_.machine_.sizes().lent == 0) last = std::move(pool_.self_);
    lock_.unlock();
    while (first != nullptr) {
      std::shared_ptr<Waiter> next = std::move(first->next);
      first->wake();
      first = std::move(next);
    }
  }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

 private:
  PoolState& pool_;
  Lock lock_;
};

/// The limits of an acquisition, which are made when there is something to wait for: to look at the
/// clock costs as much as to borrow.
class PoolState::Limits {
 public:
  Limits(const PoolState& pool, const CallLimits& call) : pool_(pool), call_(call) {}
  const CallLimits& get() {
    if (!made_) made_ = pool_.limits_of(call_);
    return *made_;
  }

 private:
  const PoolState& pool_;
  const CallLimits& call_;
  std::optional<CallLimits> made_;
};

/// Who wants a connection.
struct PoolState::Caller {
  std::string_view label;
  Limits limits;
  std::shared_ptr<Waiter> waiter = nullptr;   // when it has to wait
  std::shared_ptr<PoolState> pool = nullptr;  // from when it may be destroyed meanwhile
};

PoolState::PoolState(Settings settings, PoolSettings pool_settings,
                     std::function<void()> on_read_only)
    : settings_(std::move(settings)),
      pool_settings_(pool::checked(std::move(pool_settings))),
      timeout_name_(pool::acquire_timeout_name(pool_settings_.acquire_timeout)),
      on_read_only_(std::move(on_read_only)),
      patrol_(pool::patrol_of(pool_settings_)),
      generation_(fork_generation()),
      machine_(pool_settings_, pool::random_seed()),
      events_(pool_settings_.hooks),
      openings_(settings_, pool_settings_.hooks),
      housekeeper_(*this, pool_settings_.check_timeout) {}

PoolState::Loan PoolState::acquire(const CallLimits& call, std::string_view label) {
  check_process();
  Caller caller{.label = label, .limits = Limits(*this, call)};
  while (true) {
    Loan loan;
    Proof proof = Proof::None;
    try {
      proof = borrow(loan, caller);
    } catch (const Error&) {
      events_.tell();
      throw;
    }
    const Fitness fitness = examine(*loan.connection->session(), proof, caller.limits);
    // What is lent keeps the pool; what may be given back here does not, and the pool may be gone.
    if (fitness != Fitness::Fit || pool_settings_.hooks.before_acquire) {
      caller.pool = shared_from_this();
    }
    switch (fitness) {
      case Fitness::Fit:
        if (lend(loan, label)) return loan;
        break;
      case Fitness::Dead: give_up(loan, Ending::Broken); break;
      case Fitness::Unknown: put_back(loan, false); break;
    }
  }
}

/// A node for the caller, who waits for it if need be.
Proof PoolState::borrow(Loan& loan, Caller& caller) {
  {
    const Hold hold(*this);
    const Moment now = Clock::now();
    const auto taken = machine_.take(now);
    if (!machine_.orders().empty()) obey();
    if (taken) {
      loan = {.node = taken->node, .connection = connections_[taken->node].get()};
      books_.lent(taken->node, caller.label, now);
      return taken->proof;
    }
    join_line(caller, now);
  }
  events_.tell();
  wait(loan, *caller.waiter, caller.limits.get());
  return Proof::None;
}

/// With the lock.
void PoolState::join_line(Caller& caller, Moment now) {
  if (caller.waiter == nullptr) {
    caller.waiter = std::make_shared<Waiter>(caller.label);
    caller.pool = shared_from_this();
  }
  Waiter& self = *caller.waiter;
  self.over = false;
  if (!closed_) housekeeper_.start();
  const CallLimits& limits = caller.limits.get();
  if (now >= limits.deadline || limits.stop.stop_requested()) throw_end(self, limits);
  if (const auto refusal = machine_.wait(self, now)) {
    obey();
    refuse(*refusal, true, self);
  }
  obey();
}

void PoolState::wait(Loan& loan, Waiter& self, const CallLimits& limits) {
  if (!self.sleep(limits)) {
    {
      const Hold hold(*this);
      if (!self.over) {
        machine_.leave(self);
        throw_end(self, limits);
      }
    }
    self.sleep({});  // it is being woken
  }
  if (self.refusal) {
    const Hold hold(*this);
    refuse(*self.refusal, false, self);
  }
  loan = {.node = self.node, .connection = self.connection};
}

/// The caller waits no longer, for a reason of its own.
void PoolState::throw_end(const Waiter& self, const CallLimits& limits) {
  const bool stopped = limits.stop.stop_requested();
  note_refusal(stopped ? "cancelled" : "timeout", self);
  if (stopped) throw pool::stopped_error();
  throw pool::timeout_error(limits.deadline_name, situation());
}

void PoolState::refuse(Refusal why, bool fast, const Waiter& self) {
  note_refusal(pool::refusal_name(why), self);
  throw pool::refusal_error(why, fast, situation());
}

void PoolState::note_refusal(std::string_view reason, const Waiter& self) {
  books_.refused(reason, self.label);
  events_.add({.kind = PoolEvent::Kind::Refused,
               .label = std::string(self.label),
               .text = std::string(reason),
               .time = self.ticket == 0 ? std::chrono::nanoseconds(0) : Clock::now() - self.since});
}

/// Can it be lent? Unknown: that could not be found out by the caller's deadline.
PoolState::Fitness PoolState::examine(SessionDriver& session, Proof proof,
                                      Limits& all_limits) const {
  if (!session.on_errand()) {
    if (proof == Proof::None) return session.at_rest() ? Fitness::Fit : Fitness::Dead;
    if (!session.quiet()) return Fitness::Dead;
    if (proof == Proof::Look) return Fitness::Fit;
    session.begin_errand("");
  }
  const Moment end = pool::later(session.errand_began(), pool_settings_.check_timeout);
  CallLimits waiting = all_limits.get();
  waiting.deadline = std::min(waiting.deadline, end);
  // Behind the answer there may be the end of the session.
  if (session.settle(waiting)) return session.quiet() ? Fitness::Fit : Fitness::Dead;
  return Clock::now() < end ? Fitness::Unknown : Fitness::Dead;
}

/// False: the hook does not want it.
bool PoolState::lend(Loan& loan, std::string_view label) {
  SessionDriver& session = *loan.connection->session();
  loan.answers = session.state().answers;
  loan.lent = true;
  if (pool_settings_.label_sessions && !label.empty()) session.show_label(label);
  if (!pool_settings_.hooks.before_acquire) return true;
  PooledSession shown;
  {
    const Lock lock(mutex_);
    shown = books_.session(loan.node);
  }
  shown.label = label;
  bool wanted = false;
  try {
    wanted = pool_settings_.hooks.before_acquire(shown);
  } catch (...) {
    give_up(loan, Ending::Unwanted);
    throw;
  }
  if (!wanted) give_up(loan, Ending::Unwanted);
  return wanted;
}

std::optional<PoolState::Loan> PoolState::take_idle() {
  check_process();
  while (true) {
    Loan loan;
    {
      const Hold hold(*this);
      const Moment now = Clock::now();
      const auto taken = machine_.take(now);
      obey();
      if (!taken) return std::nullopt;
      loan = {.node = taken->node, .connection = connections_[taken->node].get()};
      books_.lent(taken->node, {}, now);
    }
    const CallLimits now{.deadline = Clock::now()};
    Limits at_once(*this, now);
    const Fitness fitness = examine(*loan.connection->session(), Proof::Look, at_once);
    if (fitness == Fitness::Fit && lend(loan, {})) return loan;
    if (fitness == Fitness::Dead) give_up(loan, Ending::Broken);
    if (fitness != Fitness::Unknown) continue;
    put_back(loan, false);
    return std::nullopt;
  }
}

void PoolState::release(const Loan& loan) noexcept {
  // A child has a copy of the pool whose lock may be held by a thread that it does not have.
  if (generation_ != fork_generation()) return;
  SessionDriver& session = *loan.connection->session();
  const bool answered = session.state().answers != loan.answers;
  if (session.takes_no_writes()) {
    const std::shared_ptr<PoolState> self = shared_from_this();
    give_up(loan, Ending::ReadOnly);
    if (on_read_only_) on_read_only_();
    return;
  }
  if (!clean(session)) return give_up(loan, Ending::Broken);
  if (pool_settings_.hooks.after_release) {
    PooledSession shown;
    {
      const Lock lock(mutex_);
      shown = books_.session(loan.node);
    }
    if (!pool_settings_.hooks.after_release(shown)) return give_up(loan, Ending::Unwanted);
  }
  put_back(loan, answered);
}

/// Sends for what has to be undone; nobody waits for that now. False: the session is of no use.
bool PoolState::clean(SessionDriver& session) noexcept {
  if (!session.usable()) return false;
  try {
    const std::string script = session.reset_script(pool_settings_.reset);
    if (!script.empty()) session.begin_errand(script);
  } catch (const std::bad_alloc&) {
    return false;
  }
  return session.usable();
}

/// The pool may be gone behind it, and is not touched any more.
void PoolState::put_back(const Loan& loan, bool answered) {
  const std::shared_ptr<PoolState> self = events_.heard() ? shared_from_this() : nullptr;
  {
    const Hold hold(*this);
    const Moment now = Clock::now();
    loan.lent ? books_.returned(loan.node, now) : books_.not_lent(loan.node);
    machine_.release(loan.node, now, answered);
    if (!machine_.orders().empty() || watchers_ > 0) obey();
  }
  if (self != nullptr) events_.tell();
}

/// As put_back().
void PoolState::give_up(const Loan& loan, Ending why) {
  const std::shared_ptr<PoolState> self = events_.heard() ? shared_from_this() : nullptr;
  {
    const Hold hold(*this);
    const Moment now = Clock::now();
    loan.lent ? books_.returned(loan.node, now) : books_.not_lent(loan.node);
    machine_.broken(loan.node, now, why);
    obey();
  }
  if (self != nullptr) events_.tell();
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

void PoolState::check_process() const {
  if (generation_ == fork_generation()) return;
  throw pool::forked_error();
}

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

void PoolState::obey() {
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

void PoolState::obey(const Order& order) {
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

void PoolState::end_wait(const Order& order) {
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
