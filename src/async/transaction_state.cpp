#include "async/transaction_state.hpp"

#include "async/borrow.hpp"
#include "async/call_limits.hpp"
#include "async/cluster_lender.hpp"
#include "client/transaction_errors.hpp"
#include "client/unbegun.hpp"
#include "pg/interruption_errors.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include <boost/asio/post.hpp>

namespace pgjinja {

namespace {

std::string name_of(const AsyncJob& job) {
  if (job.loan != nullptr) return "BEGIN";
  const BoundStatement& bound = job.bound();
  return bound.source ? fmt::format("template \"{}\"", bound.source->source().name)
                      : bound.statement().sql;
}

}  // namespace

void AsyncTransactionState::begin(const JobPtr& job, const LevelPtr& level) { post({job, level}); }

void AsyncTransactionState::begin(const JobPtr& job, const LevelPtr& level, Boundary boundary) {
  post({job, level, boundary});
}

void AsyncTransactionState::abandon(const LevelPtr& level) { post({nullptr, level}); }

void AsyncTransactionState::post(Waiting what) {
  boost::asio::post(core_->strand, [self = shared_from_this(), what = std::move(what)] {
    const JobPtr& job = what.job;
    if (job != nullptr && job->bound().failure != nullptr) return job->fail(job->bound().failure);
    self->waiting_.push_back(what);
    self->next();
  });
}

void AsyncTransactionState::cancel(const JobPtr& job) {
  boost::asio::post(core_->strand, [self = shared_from_this(), job] { self->forget(job); });
}

void AsyncTransactionState::borrow(const JobPtr& job, const LevelPtr& level) {
  waiting_.push_back({job, level});
  next();
}

void AsyncTransactionState::forget(const JobPtr& job) {
  if (running_ && running_->job == job) {
    if (connection_ != nullptr) return connection_->cancel();
    if (const JobPtr borrowing = borrowing_.lock()) core_->cluster->cancel(borrowing);
    return;
  }
  std::erase_if(waiting_, [&](const Waiting& one) { return one.job == job; });
  job->fail(std::make_exception_ptr(
      Error(ErrorKind::Cancelled, "the caller asked to stop before the statement was sent")
          .safe_to_retry(true)));
}

void AsyncTransactionState::give_back(const std::string& user) {
  lent_ = Lent::No;
  if (spoilt()) failed_in_ = user;
  next();
}

std::exception_ptr wrong_end_in_transaction(async::AsyncConnection& connection) {
  if (connection.session().state().transaction != pg::wire::TransactionStatus::Idle) return nullptr;
  return std::make_exception_ptr(
      Error(ErrorKind::Config, "the statement ended the transaction that it was executed in")
          .hint("use AsyncTransaction::commit() and rollback() instead of COMMIT and ROLLBACK"));
}

void AsyncTransactionState::take(std::shared_ptr<async::AsyncConnection> connection) {
  connection_ = std::move(connection);
}

/// What was abandoned, and otherwise the next job, when none runs.
void AsyncTransactionState::next() {
  while (!running_ && lent_ != Lent::Returning) {
    if (abandoned_ != nullptr && lent_ == Lent::No) {
      roll_back_abandoned();
    } else if (!waiting_.empty()) {
      start_next();
    } else {
      return;
    }
  }
}

void AsyncTransactionState::start_next() {
  Waiting first = std::move(waiting_.front());
  waiting_.pop_front();
  if (first.job == nullptr) return leave(first.level);
  running_ = std::move(first);
  if (const std::exception_ptr no = refusal()) {
    return std::exchange(running_, std::nullopt)->job->fail(no);
  }
  running_->job->state = AsyncJob::State::Running;
  run_next();
}

/// The outermost of those that were abandoned takes the others with it.
void AsyncTransactionState::leave(const LevelPtr& level) {
  if (!level->open) return;
  if (abandoned_ == nullptr || level->depth() < abandoned_->depth()) abandoned_ = level;
}

void AsyncTransactionState::roll_back_abandoned() {
  const LevelPtr level = std::exchange(abandoned_, nullptr);
  if (level->outer() == nullptr) return release();
  running_ = Waiting{nullptr, level, Boundary::Rollback};
  roll_back();
}

void AsyncTransactionState::run_next() {
  if (running_->boundary && *running_->boundary != Boundary::Nest) return run_ending();
  if (begun_ && running_->job->loan != nullptr) return lend();
  begun_ && !plan() ? run_later() : run_packet();
}

void AsyncTransactionState::lend() {
  const JobPtr job = std::exchange(running_, std::nullopt)->job;
  lent_ = Lent::Yes;
  job->loan(job, connection_);
}

std::exception_ptr AsyncTransactionState::refusal() const {
  try {
    check();
  } catch (const Error&) {
    return std::current_exception();
  }
  return nullptr;
}

/// @throws Error{Config} unless what runs can be executed now.
void AsyncTransactionState::check() const {
  const TransactionLevel& place = running_->place();
  if (!place.open) throw refused::ended();
  if (lent_ == Lent::Yes) {
    throw Error(ErrorKind::Config, "a stream of this transaction has not ended")
        .hint("take its rows to the last one, or destroy it, first");
  }
  if (running_->boundary == Boundary::Rollback) return;
  if (!levels_.innermost(place)) throw refused::nested_not_ended();
  if (!failed_in_.empty()) throw refused::failed_in(failed_in_);
  const bool sends = begun_ || running_->boundary != Boundary::Commit;
  if (sends) pg::refuse_if_over(running_->job->limits());
}

std::optional<jinja::PlanChoice> AsyncTransactionState::plan() const {
  return plan_of(transaction_.settings, running_->job->bound().plan());
}

/// A statement with what has to be said before it: BEGIN, which may go by itself before a stream,
/// and how it is planned.
void AsyncTransactionState::run_packet() {
  const AsyncJob& job = *running_->job;
  pg::SessionDriver& session = connection_->session();
  opening_.reset();
  entries_.clear();
  if (!begun_) {
    ++attempts_;
    entries_ = opening_.emplace(transaction_).entries();
  }
  if (job.loan == nullptr) {
    planned_.reset();
    if (const auto how = plan()) planned_.emplace(*how);
    call_ = append_call(entries_,
                        {.sql = job.statement().sql,
                         .parameters = job.statement().parameters,
                         .sink = &running_->job->sink()},
                        planned_ ? &*planned_ : nullptr);
  }
  try {
    pipeline_.emplace(session.state(), session.statements(), entries_, pg::Grouping::Together);
  } catch (const Error&) {
    return fail(std::current_exception());
  }
  connection_->run(*pipeline_, job.limits(), [self = shared_from_this()] { self->end_packet(); });
}

void AsyncTransactionState::end_packet() {
  pipeline_->finish();
  const bool open = connection_->session().state().transaction != pg::wire::TransactionStatus::Idle;
  begun_ = begun_ || open;
  if (is_lost_unbegun()) return begin_on_another();
  const auto failed =
      std::find_if(entries_.begin(), entries_.end(),
                   [](const pg::PipelineEntry& entry) { return entry.failure != nullptr; });
  if (failed == entries_.end() && running_->job->loan != nullptr) {
    lend();
    return next();
  }
  if (failed == entries_.end()) return end(std::move(entries_[call_].outcome));
  const AsyncJob::State state = running_->job->state;
  if (!opening_ || running_->job->loan != nullptr || !entries_[call_].stale ||
      state != AsyncJob::State::Running || running_->job->repeated) {
    return fail(failed->failure);
  }
  // Only BEGIN and settings have happened until now, and so it may begin again.
  running_->job->repeated = true;
  connection_->leave_transaction([self = shared_from_this()] {
    self->begun_ = false;
    self->connection_->session().usable() ? self->run_packet()
                                          : self->fail(self->entries_[self->call_].failure);
  });
}

/// The connection was lost before the server had begun with the transaction.
bool AsyncTransactionState::is_lost_unbegun() const {
  return opening_ && !begun_ && !connection_->session().usable() &&
         running_->job->state == AsyncJob::State::Running && attempts_ < kMostAttempts &&
         is_unbegun(entries_);
}

void AsyncTransactionState::begin_on_another() {
  core_->cluster->give_back(std::exchange(connection_, nullptr));
  async::ClusterLender lender(core_->cluster);
  borrowing_ = async::borrow(
      lender, core_->loop, options_,
      [self = shared_from_this()](const std::exception_ptr& failure,
                                  std::shared_ptr<async::AsyncConnection> connection) {
        self->connection_ = std::move(connection);
        failure == nullptr ? self->run_packet() : self->fail(failure);
      });
}

void AsyncTransactionState::run_later() {
  const AsyncJob& job = *running_->job;
  pg::SessionDriver& session = connection_->session();
  try {
    machine_.emplace(session.state(), session.statements(), job.statement().sql,
                     job.statement().parameters, running_->job->sink());
  } catch (const Error&) {
    return fail(std::current_exception());
  }
  connection_->run(*machine_, job.limits(), [self = shared_from_this()] { self->end_later(); });
}

void AsyncTransactionState::end_later() {
  pg::Outcome outcome;
  try {
    outcome = machine_->finish();
  } catch (const std::exception&) {
    return fail(std::current_exception());
  }
  end(std::move(outcome));
}

void AsyncTransactionState::run_ending() {
  if (!begun_) {
    release();  // nothing has been sent
    return static_cast<void>(std::exchange(running_, std::nullopt)->job->end({}));
  }
  const bool to_savepoint = running_->boundary == Boundary::Rollback && !running_->ends_all();
  to_savepoint ? roll_back() : run_later();
}

/// To the savepoint of a level, for a job, or because it was abandoned.
void AsyncTransactionState::roll_back() {
  pg::SessionDriver& session = connection_->session();
  script_.reset();
  const pg::CallLimits limits = rollback_limits();
  if (!session.usable() || limits.deadline <= std::chrono::steady_clock::now()) {
    return end_rollback();
  }
  script_.emplace(session.state(), Savepoint(running_->level->depth()).undo());
  connection_->run(*script_, limits, [self = shared_from_this()] { self->end_rollback(); });
}

pg::CallLimits AsyncTransactionState::rollback_limits() const {
  if (running_->job != nullptr) return running_->job->limits();
  return limits_of(options_, core_->engine->time_of({.timeout = options_.timeout}));
}

/// The level has ended in any case. That the session was lost is told to the level around it, when
/// that goes on.
void AsyncTransactionState::end_rollback() {
  const Waiting ended = *std::exchange(running_, std::nullopt);
  levels_.close(*ended.level);
  std::exception_ptr failure;
  try {
    if (script_) script_->finish();
  } catch (const Error&) {
    failure = std::current_exception();
  }
  failed_in_ = script_ && failure == nullptr ? "" : command_of(Boundary::Rollback, *ended.level);
  if (ended.job != nullptr) {
    failure != nullptr ? ended.job->fail(failure) : static_cast<void>(ended.job->end({}));
  }
  next();
}

void AsyncTransactionState::end(pg::Outcome outcome) {
  const Waiting ended = *std::exchange(running_, std::nullopt);
  if (ended.ends_all()) {
    release();
  } else if (const std::exception_ptr wrong = wrong_end_in_transaction(*connection_)) {
    failed_in_ = name_of(*ended.job);
    ended.job->fail(wrong);
    return next();
  }
  cross(ended);
  // The statements of one operation belong together, whatever was begun meanwhile.
  if (ended.job->end(std::move(outcome))) waiting_.push_front(ended);
  next();
}

/// What the savepoint means that was set or released.
void AsyncTransactionState::cross(const Waiting& ended) {
  if (ended.boundary == Boundary::Nest) levels_.open(ended.level);
  if (ended.boundary == Boundary::Commit) levels_.close(*ended.level);
}

void AsyncTransactionState::fail(const std::exception_ptr& failure) {
  const Waiting failed = *std::exchange(running_, std::nullopt);
  if (failed.ends_all() || spoilt()) failed_in_ = name_of(*failed.job);
  if (failed.ends_all()) release();
  failed.job->fail(failure);
  next();
}

/// Can nothing more be executed in it?
bool AsyncTransactionState::spoilt() const {
  if (connection_ == nullptr) return true;
  pg::SessionDriver& session = connection_->session();
  const bool open = session.state().transaction == pg::wire::TransactionStatus::InBlock;
  return !session.usable() || (begun_ && !open);
}

/// Ends it here, with those nested in it: the connection goes back to the pool, rolled back if it
/// has to be.
void AsyncTransactionState::release() {
  levels_.close(*outermost_);
  const std::shared_ptr<async::AsyncConnection> connection = std::exchange(connection_, nullptr);
  if (connection != nullptr) core_->cluster->give_back(connection);
}

}  // namespace pgjinja
