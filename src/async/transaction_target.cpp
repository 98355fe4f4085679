#include "async/transaction_target.hpp"

#include "async/bulk_target.hpp"
#include "async/stream_target.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <boost/asio/post.hpp>

namespace pgjinja {

namespace {

std::exception_ptr config_error(std::string message, std::string hint = {}) {
  Error error(ErrorKind::Config, std::move(message));
  if (!hint.empty()) error.hint(std::move(hint));
  return std::make_exception_ptr(std::move(error));
}

std::string name_of(const AsyncJob& job) {
  if (job.loan != nullptr) return "BEGIN";
  const BoundStatement& bound = job.bound();
  return bound.source ? fmt::format("template \"{}\"", bound.source->source().name)
                      : bound.statement().sql;
}

}  // namespace

AsyncTransactionTarget::JobPtr AsyncTransactionTarget::make_job(
    std::shared_ptr<BatchCall> call, std::unique_ptr<detail::Completion> completion) {
  return std::make_shared<AsyncJob>(core_->loop, std::move(call), std::move(completion), options_);
}

AsyncTransactionTarget::JobPtr AsyncTransactionTarget::ending_job(
    std::shared_ptr<BatchCall> call, std::unique_ptr<detail::Completion> completion,
    Ending ending) {
  auto job =
      std::make_shared<AsyncJob>(core_->loop, std::move(call), std::move(completion), options_);
  job->bound().statement().sql = ending == Ending::Commit ? "COMMIT" : "ROLLBACK";
  job->bound().time = core_->engine->time_of({.timeout = options_.timeout});
  return job;
}

void AsyncTransactionTarget::begin(const JobPtr& job, Ending ending) {
  boost::asio::post(core_->strand, [self = shared_from_this(), job, ending] {
    if (job->bound().failure != nullptr) return job->fail(job->bound().failure);
    self->waiting_.push_back({job, ending});
    self->next();
  });
}

void AsyncTransactionTarget::cancel(const JobPtr& job) {
  boost::asio::post(core_->strand, [self = shared_from_this(), job] { self->forget(job); });
}

void AsyncTransactionTarget::borrow(const JobPtr& job) {
  waiting_.push_back({job, Ending::None});
  next();
}

void AsyncTransactionTarget::forget(const JobPtr& job) {
  if (running_ && running_->job == job) return connection_->cancel();
  std::erase_if(waiting_, [&](const Waiting& one) { return one.job == job; });
  job->fail(std::make_exception_ptr(
      Error(ErrorKind::Cancelled, "the caller asked to stop before the statement was sent")
          .safe_to_retry(true)));
}

void AsyncTransactionTarget::give_back(std::shared_ptr<async::AsyncConnection> /*connection*/,
                                       const std::string& user) {
  lent_ = Lent::No;
  if (spoilt()) failed_in_ = user;
  next();
}

std::exception_ptr AsyncTransactionTarget::wrong_end(async::AsyncConnection& connection) const {
  if (connection.session().state().transaction != pg::wire::TransactionStatus::Idle) return nullptr;
  return config_error(
      "the statement ended the transaction that it was executed in",
      "use AsyncTransaction::commit() and rollback() instead of COMMIT and ROLLBACK");
}

std::shared_ptr<AsyncStreamSource> AsyncTransactionTarget::open_stream(
    Rendering& what, std::shared_ptr<AsyncStreamRows> rows, const StreamOptions& options) {
  auto stream = std::make_shared<AsyncStreamTarget>(core_->strand, shared_from_this(), options_,
                                                    std::move(rows), options.fetch_size);
  stream->bind(*core_->engine, what);
  return stream;
}

std::shared_ptr<AsyncTarget> AsyncTransactionTarget::open_bulk(BulkWork work, std::string user) {
  return std::make_shared<BulkTarget>(core_, shared_from_this(), options_, std::move(work),
                                      std::move(user));
}

void AsyncTransactionTarget::take(std::shared_ptr<async::AsyncConnection> connection) {
  connection_ = std::move(connection);
}

void AsyncTransactionTarget::abandon() {
  boost::asio::post(core_->strand, [self = shared_from_this()] {
    self->abandoned_ = true;
    self->next();
  });
}

/// The next job, when none runs; at the end of an abandoned transaction, its rollback.
void AsyncTransactionTarget::next() {
  while (!running_ && !waiting_.empty() && lent_ != Lent::Returning) {
    running_ = std::move(waiting_.front());
    waiting_.pop_front();
    if (const std::exception_ptr no = refusal()) {
      std::exchange(running_, std::nullopt)->job->fail(no);
      continue;
    }
    running_->job->state = AsyncJob::State::Running;
    run_next();
  }
  if (!running_ && abandoned_ && connection_ != nullptr && lent_ == Lent::No) release();
}

void AsyncTransactionTarget::run_next() {
  if (running_->ending != Ending::None) return run_ending();
  if (begun_ && running_->job->loan != nullptr) return lend();
  begun_ && !plan() ? run_later() : run_packet();
}

void AsyncTransactionTarget::lend() {
  const JobPtr job = std::exchange(running_, std::nullopt)->job;
  lent_ = Lent::Yes;
  job->loan(job, connection_);
}

std::exception_ptr AsyncTransactionTarget::refusal() const {
  if (connection_ == nullptr) return config_error("this transaction has ended");
  if (lent_ == Lent::Yes) {
    return config_error("a stream of this transaction has not ended",
                        "take its rows to the last one, or destroy it, first");
  }
  if (failed_in_.empty() || running_->ending == Ending::Rollback) return nullptr;
  return config_error(
      fmt::format("this transaction has failed in {}, and nothing of it will be kept", failed_in_),
      "roll back and begin anew");
}

std::optional<jinja::PlanChoice> AsyncTransactionTarget::plan() const {
  return plan_of(transaction_.settings, running_->job->bound().plan());
}

/// A statement with what has to be said before it: BEGIN, which may go by itself before a stream,
/// and how it is planned.
void AsyncTransactionTarget::run_packet() {
  const AsyncJob& job = *running_->job;
  pg::SessionDriver& session = connection_->session();
  opening_.reset();
  entries_.clear();
  if (!begun_) entries_ = opening_.emplace(transaction_).entries();
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

void AsyncTransactionTarget::end_packet() {
  pipeline_->finish();
  const bool open = connection_->session().state().transaction != pg::wire::TransactionStatus::Idle;
  begun_ = begun_ || open;
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

void AsyncTransactionTarget::run_later() {
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

void AsyncTransactionTarget::end_later() {
  pg::Outcome outcome;
  try {
    outcome = machine_->finish();
  } catch (const std::exception&) {
    return fail(std::current_exception());
  }
  end(std::move(outcome));
}

void AsyncTransactionTarget::run_ending() {
  if (begun_) return run_later();
  release();  // nothing has been sent
  static_cast<void>(std::exchange(running_, std::nullopt)->job->end({}));
}

void AsyncTransactionTarget::end(pg::Outcome outcome) {
  const Waiting ended = *std::exchange(running_, std::nullopt);
  if (ended.ending != Ending::None) {
    release();
  } else if (const std::exception_ptr wrong = wrong_end(*connection_)) {
    failed_in_ = name_of(*ended.job);
    ended.job->fail(wrong);
    return next();
  }
  // The statements of one operation belong together, whatever was begun meanwhile.
  if (ended.job->end(std::move(outcome))) waiting_.push_front(ended);
  next();
}

void AsyncTransactionTarget::fail(const std::exception_ptr& failure) {
  const Waiting failed = *std::exchange(running_, std::nullopt);
  if (failed.ending != Ending::None || spoilt()) failed_in_ = name_of(*failed.job);
  if (failed.ending != Ending::None) release();
  failed.job->fail(failure);
  next();
}

/// Can nothing more be executed in it?
bool AsyncTransactionTarget::spoilt() const {
  pg::SessionDriver& session = connection_->session();
  const bool open = session.state().transaction == pg::wire::TransactionStatus::InBlock;
  return !session.usable() || (begun_ && !open);
}

/// Ends it here: the connection goes back to the pool, rolled back if it has to be.
void AsyncTransactionTarget::release() {
  const std::shared_ptr<async::AsyncConnection> connection = std::exchange(connection_, nullptr);
  connection->leave_transaction([pool = core_->pool, connection] { pool->give_back(connection); });
}

std::shared_ptr<AsyncJob> BeginningTarget::make_job(
    std::shared_ptr<BatchCall> call, std::unique_ptr<detail::Completion> completion) {
  auto job = ClientTarget::make_job(std::move(call), std::move(completion));
  job->loan = [transaction = transaction_](const std::shared_ptr<AsyncJob>& lent,
                                           std::shared_ptr<async::AsyncConnection> connection) {
    transaction->take(std::move(connection));
    static_cast<void>(lent->end({}));  // it has no statement
  };
  return job;
}

}  // namespace pgjinja
