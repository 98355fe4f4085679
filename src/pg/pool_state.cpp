#include "pg/pool_state.hpp"

#include "pg/deadline.hpp"
#include "pg/fork_generation.hpp"
#include "pg/pool/opening.hpp"
#include "pg/signals_blocked.hpp"

#include <algorithm>
#include <random>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::pg {

using pool::Clock;
using pool::Ending;
using pool::Machine;
using pool::Order;
using pool::Proof;
using pool::Refusal;

namespace {

/// How long the end of a pool waits for threads that cannot be stopped: they look a name up.
constexpr std::chrono::milliseconds kLastWait{200};
constexpr std::size_t kShownHolders = 3;

std::uint64_t random_seed() {
  std::random_device random;
  return random();
}

}  // namespace

/// A caller that waits for a connection.
struct PoolState::Waiter : pool::Borrower {
  explicit Waiter(std::string_view name) : label(name) {}

  std::string_view label;
  std::condition_variable_any over_signal;
  bool over = false;
  std::optional<Refusal> refusal;  // else it has been served
  NodeId node = 0;
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

PoolState::PoolState(Settings settings, PoolSettings pool_settings,
                     std::function<void()> on_read_only)
    : settings_(std::move(settings)),
      pool_settings_(pool::checked(std::move(pool_settings))),
      timeout_name_(fmt::format("the pool's acquire_timeout of {} ms",
                                pool_settings_.acquire_timeout.count())),
      on_read_only_(std::move(on_read_only)),
      patrol_(pool::patrol_of(pool_settings_)),
      generation_(fork_generation()),
      machine_(pool_settings_, random_seed()),
      housekeeper_(*this, pool_settings_.check_timeout) {}

PoolState::Loan PoolState::acquire(const CallLimits& call, std::string_view label) {
  check_process();
  Limits limits(*this, call);
  std::unique_ptr<Waiter> self;
  while (true) {
    Loan loan;
    Proof proof = Proof::None;
    try {
      proof = borrow(loan, self, limits, label);
    } catch (const Error&) {
      tell_events();
      throw;
    }
    switch (examine(*loan.connection->session(), proof, limits)) {
      case Fitness::Fit:
        if (lend(loan, label)) return loan;
        break;
      case Fitness::Dead: give_up(loan, Ending::Broken); break;
      case Fitness::Unknown: put_back(loan, false); break;
    }
  }
}

/// A node for the caller, who waits for it if need be.
Proof PoolState::borrow(Loan& loan, std::unique_ptr<Waiter>& self, Limits& all_limits,
                        std::string_view label) {
  Lock lock(mutex_);
  const Moment now = Clock::now();
  const auto taken = machine_.take(now);
  if (!machine_.orders().empty()) obey();
  if (taken) {
    loan = {.node = taken->node, .connection = connections_[taken->node].get()};
    books_.lent(taken->node, label, now);
    return taken->proof;
  }
  const CallLimits& limits = all_limits.get();
  if (self == nullptr) self = std::make_unique<Waiter>(label);
  self->over = false;
  if (!closed_) housekeeper_.start();
  if (now >= limits.deadline || limits.stop.stop_requested()) throw_end(*self, limits);
  if (const auto refusal = machine_.wait(*self, now)) {
    obey();
    refuse(*refusal, true, *self);
  }
  obey();
  wait(lock, *self, limits);
  if (self->refusal) refuse(*self->refusal, false, *self);
  const Moment served = Clock::now();
  books_.waited(label, served - self->since);
  books_.lent(self->node, label, served);
  loan = {.node = self->node, .connection = connections_[self->node].get()};
  return Proof::None;
}

void PoolState::wait(Lock& lock, Waiter& self, const CallLimits& limits) {
  lock.unlock();
  tell_events();
  lock.lock();
  self.over_signal.wait_until(lock, limits.stop, limits.deadline, [&] { return self.over; });
  if (self.over) return;
  machine_.leave(self);
  throw_end(self, limits);
}

/// The caller waits no longer, for a reason of its own.
void PoolState::throw_end(const Waiter& self, const CallLimits& limits) {
  const bool stopped = limits.stop.stop_requested();
  note_refusal(stopped ? "cancelled" : "timeout", self);
  if (stopped) throw pool::stopped_error();
  throw pool::timeout_error(limits.deadline_name, situation(Clock::now()));
}

void PoolState::refuse(Refusal why, bool fast, const Waiter& self) {
  note_refusal(pool::refusal_name(why), self);
  throw pool::refusal_error(why, fast, situation(Clock::now()));
}

void PoolState::note_refusal(std::string_view reason, const Waiter& self) {
  books_.refused(reason, self.label);
  tell({.kind = PoolEvent::Kind::Refused,
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
      const Lock lock(mutex_);
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

void PoolState::put_back(const Loan& loan, bool answered) {
  {
    const Lock lock(mutex_);
    const Moment now = Clock::now();
    loan.lent ? books_.returned(loan.node, now) : books_.not_lent(loan.node);
    machine_.release(loan.node, now, answered);
    obey();
  }
  if (pool_settings_.hooks.on_event) tell_events();
}

void PoolState::give_up(const Loan& loan, Ending why) {
  {
    const Lock lock(mutex_);
    const Moment now = Clock::now();
    loan.lent ? books_.returned(loan.node, now) : books_.not_lent(loan.node);
    machine_.broken(loan.node, now, why);
    obey();
  }
  tell_events();
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
  throw Error(ErrorKind::Config, "this pool was made before fork(), by the parent process")
      .hint("make a pool after the fork, in the process that uses it");
}

// The housekeeper's part.

void PoolState::work(Work& work) {
  {
    const Lock lock(mutex_);
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
  tell_events();
}

void PoolState::open(NodeId node) {
  {
    const Lock lock(mutex_);
    if (node >= connections_.size()) connections_.resize(node + std::size_t{1});
    ++openings_;
  }
  const SignalsBlocked blocked;
  try {
    std::thread([self = shared_from_this(), node] { self->open_connection(node); }).detach();
  } catch (const std::system_error& error) {
    opening_failed(node, Error(ErrorKind::Connection, "no thread is left to open a connection: " +
                                                          error.code().message()));
  }
}

void PoolState::open_connection(NodeId node) noexcept {
  try {
    const Moment began = Clock::now();
    CallLimits limits;
    limits.stop = no_more_openings_.get_token();
    opened(node,
           std::make_unique<Connection>(
               pool::open_connection(settings_, pool_settings_.hooks, std::move(limits))),
           began);
  } catch (const Error& error) {
    opening_failed(node, error);
  } catch (const std::exception& error) {
    opening_failed(node, Error(ErrorKind::Connection, error.what()));
  }
}

void PoolState::opened(NodeId node, std::unique_ptr<Connection> connection, Moment began) {
  {
    const Lock lock(mutex_);
    const Moment now = Clock::now();
    const std::uint32_t pid = connection->backend_pid();
    connections_[node] = std::move(connection);
    books_.opened(node, pid, now, now - began);
    tell({.kind = PoolEvent::Kind::Opened, .backend_pid = pid, .time = now - began});
    last_failure_.reset();
    machine_.opened(node, now);
    --openings_;
    obey();
    note_breaker(now);
  }
  tell_events();
}

void PoolState::opening_failed(NodeId node, const Error& failure) {
  {
    const Lock lock(mutex_);
    const Moment now = Clock::now();
    if (!closed_) last_failure_ = failure;
    books_.opening_failed(failure.sqlstate());
    tell({.kind = PoolEvent::Kind::OpeningFailed, .text = failure.what()});
    machine_.opening_failed(node, now, pool::obstacle_of(failure));
    --openings_;
    obey();
    note_breaker(now);
  }
  tell_events();
}

std::shared_ptr<SessionDriver> PoolState::session(NodeId node) {
  const Lock lock(mutex_);
  return connections_[node]->session();
}

void PoolState::checked(NodeId node, bool alive) {
  {
    const Lock lock(mutex_);
    machine_.checked(node, Clock::now(), alive);
    obey();
  }
  tell_events();
}

void PoolState::closed(NodeId node) {
  const Lock lock(mutex_);
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
    case Order::Kind::Refuse: {
      auto& waiter = static_cast<Waiter&>(*order.who);
      if (order.kind == Order::Kind::Refuse) waiter.refusal = order.refusal;
      waiter.node = order.node;
      waiter.over = true;
      waiter.over_signal.notify_one();
      return;
    }
    case Order::Kind::Close:
      books_.closed(order.ending);
      if (pool_settings_.hooks.on_close) pool_settings_.hooks.on_close(books_.session(order.node));
      tell({.kind = PoolEvent::Kind::Closed,
            .backend_pid = books_.session(order.node).backend_pid,
            .text = std::string(pool::ending_name(order.ending))});
      if (closed_) return close_now(order.node);
      [[fallthrough]];
    case Order::Kind::Open:
    case Order::Kind::Check: todo_.push_back(order); return;
    case Order::Kind::Leak: {
      const PooledSession session = books_.session(order.node);
      tell({.kind = PoolEvent::Kind::Leak,
            .backend_pid = session.backend_pid,
            .label = std::string(session.label),
            .time = Clock::now() - machine_.lent_since(order.node)});
      return;
    }
    case Order::Kind::Alarm: return;
  }
}

/// Nobody is there any more to wait for the server to close it as well.
void PoolState::close_now(NodeId node) {
  connections_[node].reset();
  machine_.closed(node, Clock::now());
}

void PoolState::note_breaker(Moment now) {
  if (auto news = books_.breaker(machine_.reach(), now)) tell(*std::move(news));
}

void PoolState::tell(PoolEvent event) {
  if (pool_settings_.hooks.on_event) events_.push_back(std::move(event));
}

pool::Situation PoolState::situation(Moment now) const {
  pool::Situation situation{.sizes = machine_.sizes(),
                            .holders = books_.holders(now, kShownHolders),
                            .last_failure = last_failure_};
  if (const auto since = machine_.reach().failing_since()) situation.unreachable_for = now - *since;
  return situation;
}

void PoolState::tell_events() noexcept {
  if (!pool_settings_.hooks.on_event) return;
  std::vector<PoolEvent> events;
  {
    const Lock lock(mutex_);
    events.swap(events_);
  }
  for (const PoolEvent& event : events) pool_settings_.hooks.on_event(event);
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
  Lock lock(mutex_);
  const Waiter self({});
  if (machine_.is_shut()) refuse(Refusal::Closed, true, self);
  housekeeper_.start();
  machine_.start(Clock::now());
  obey();
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
  const Lock lock(mutex_);
  machine_.renew(Clock::now());
  obey();
}

bool PoolState::drain(std::chrono::steady_clock::time_point deadline) {
  check_process();
  Lock lock(mutex_);
  machine_.shut(Clock::now());
  obey();
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
  Lock lock(mutex_);
  no_more_openings_.request_stop();
  machine_.shut(Clock::now());
  closed_ = true;
  obey();
  housekeeper_.ring();
  lock.unlock();
  housekeeper_.join();
  lock.lock();
  // What the housekeeper has not come to do, or was in the middle of.
  todo_.clear();
  for (NodeId node = 0; node < machine_.nodes(); ++node) {
    if (machine_.state_of(node) == pool::NodeState::Closing) close_now(node);
    if (machine_.state_of(node) == pool::NodeState::Checking) {
      machine_.checked(node, Clock::now(), false);
    }
  }
  obey();
  await_change(lock, {.deadline = Clock::now() + kLastWait}, [this] { return openings_ == 0; });
  lock.unlock();
  tell_events();
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
