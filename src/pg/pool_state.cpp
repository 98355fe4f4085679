#include "pg/pool_state.hpp"

#include "pg/deadline.hpp"
#include "pg/fork_generation.hpp"
#include "pg/pool/opening.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace pgjinja::pg {

using pool::Clock;
using pool::Ending;
using pool::Habit;
using pool::Proof;
using pool::Refusal;
using pool::Waiter;

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

[[gnu::hot]] PoolState::Loan PoolState::acquire(const CallLimits& call, std::string_view label) {
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
    SessionDriver& session = *loan.connection->session();
    loan.answers = session.state().answers;  // the one to a look is a sign of life as well
    const Fitness fitness = examine(session, proof, caller.limits);
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
[[gnu::hot]] Proof PoolState::borrow(Loan& loan, Caller& caller) {
  {
    const Hold hold(*this);
    const Moment now = Clock::now();
    auto taken = machine_.take(now);
    if (!taken) taken = reclaim(now);
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

/// What the thread has given back just now, if it was kept for it. With the lock.
[[gnu::hot]] std::optional<pool::Machine::Loan> PoolState::reclaim(Moment now) {
  Habit& habit = Habit::own();
  const auto kept = habit.came(this, now);
  return kept ? machine_.reclaim(*kept, habit.since(), now) : std::nullopt;
}

/// With the lock.
[[gnu::hot]] void PoolState::join_line(Caller& caller, Moment now) {
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

[[gnu::hot]] void PoolState::wait(Loan& loan, Waiter& self, const CallLimits& limits) {
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
[[gnu::hot]] PoolState::Fitness PoolState::examine(SessionDriver& session, Proof proof,
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
[[gnu::hot]] bool PoolState::lend(Loan& loan, std::string_view label) {
  SessionDriver& session = *loan.connection->session();
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
    SessionDriver& session = *loan.connection->session();
    loan.answers = session.state().answers;
    const Fitness fitness = examine(session, Proof::Look, at_once);
    if (fitness == Fitness::Fit && lend(loan, {})) return loan;
    if (fitness == Fitness::Dead) give_up(loan, Ending::Broken);
    if (fitness != Fitness::Unknown) continue;
    put_back(loan, false);
    return std::nullopt;
  }
}

[[gnu::hot]] void PoolState::release(const Loan& loan) noexcept {
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

/// Has undone what has to be: by the next request, when there is one to come. Else it is sent, and
/// nobody waits for that now. False: the session is of no use.
[[gnu::hot]] bool PoolState::clean(SessionDriver& session) noexcept {
  if (!session.usable()) return false;
  const SessionReset reset = pool_settings_.reset;
  if (!session.owes_reset(reset)) return true;
  try {
    if (any_waits() && session.hold_reset(reset)) return true;
    const std::string script = session.reset_script(reset);
    if (!script.empty() || session.holds_reset()) session.begin_errand(script);
  } catch (const std::bad_alloc&) {
    return false;
  }
  return session.usable();
}

bool PoolState::any_waits() {
  const Lock lock(mutex_);
  return !machine_.line().empty();
}

/// The pool may be gone behind it, and is not touched any more.
[[gnu::hot]] void PoolState::put_back(const Loan& loan, bool answered) {
  const std::shared_ptr<PoolState> self = events_.heard() ? shared_from_this() : nullptr;
  {
    const Hold hold(*this);
    const Moment now = Clock::now();
    loan.lent ? books_.returned(loan.node, now) : books_.not_lent(loan.node);
    pass_on(loan, now, answered);
    send_reset(loan.node);
    if (!machine_.orders().empty() || watchers_ > 0) obey();
  }
  if (self != nullptr) events_.tell();
}

/// With the lock.
[[gnu::hot]] void PoolState::pass_on(const Loan& loan, Moment now, bool answered) {
  if (machine_.line().empty() || !loan.lent) {
    machine_.release(loan.node, now, answered);
    return;
  }
  Habit& habit = Habit::own();
  const bool kept = machine_.release(loan.node, now, answered, habit.comes_again(this));
  habit.gave_back(this, kept ? std::optional(loan.node) : std::nullopt, now);
}

/// Who waited has gone meanwhile, and what was held for it goes now. With the lock.
void PoolState::send_reset(NodeId node) {
  if (machine_.state_of(node) != pool::NodeState::Idle) return;
  SessionDriver& session = *connections_[node]->session();
  if (session.holds_reset() && !session.on_errand()) session.begin_errand("");
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

}  // namespace pgjinja::pg
