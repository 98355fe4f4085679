#include "async/stream_target.hpp"

#include "async/borrow.hpp"
#include "async/call_limits.hpp"
#include "client/plan.hpp"
#include "client/unbegun.hpp"
#include "pg/deadline.hpp"
#include "pg/interruption_errors.hpp"

#include <pgjinja/core/error.hpp>

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include <boost/asio/post.hpp>

namespace pgjinja {

namespace {

/// Of a row that came all the same: nobody may have looked at it, and so nobody has all rows.
std::exception_ptr stopped() {
  return std::make_exception_ptr(
      Error(ErrorKind::Cancelled, "the caller asked to stop while a row was awaited"));
}

}  // namespace

void AsyncStreamTarget::bind(const Engine& engine, Rendering& what) {
  bound_.bind(engine, what, options_.timeout);
  if (!plan_of(options_.settings, bound_.plan())) return;
  bound_.failure = std::make_exception_ptr(
      Error(ErrorKind::Config, "a stream of an AsyncClient cannot have @plan")
          .hint("have plan_cache_mode in the settings of a transaction"));
}

AsyncStreamTarget::JobPtr AsyncStreamTarget::make_job(
    std::shared_ptr<BatchCall> call, std::unique_ptr<detail::Completion> completion) {
  return std::make_shared<AsyncJob>(async::LoopEnd::of(strand_), std::move(call),
                                    std::move(completion), options_);
}

void AsyncStreamTarget::begin(const JobPtr& job) {
  const bool too_early = asked_.exchange(true);
  boost::asio::post(strand_, [self = shared_from_this(), job, too_early] {
    if (!too_early) return self->serve(job);
    job->fail(std::make_exception_ptr(
        Error(ErrorKind::Config, "a row of this stream was asked for before the one before it came")
            .hint("await each next() before the next one")));
  });
}

void AsyncStreamTarget::cancel(const JobPtr& job) {
  boost::asio::post(strand_, [self = shared_from_this(), job] {
    if (self->job_ == job) self->interrupt();
  });
}

void AsyncStreamTarget::abandon() noexcept {
  boost::asio::post(strand_, [self = shared_from_this()] {
    self->abandoned_ = true;
    self->job_ != nullptr ? self->interrupt() : self->leave();
  });
}

void AsyncStreamTarget::serve(const JobPtr& job) {
  job_ = job;
  if (failure_ != nullptr || over_) return answer();
  if (bound_.failure != nullptr) return fail(bound_.failure);
  if (abandoned_) {
    return fail(std::make_exception_ptr(Error(ErrorKind::Config, "this stream was destroyed")));
  }
  connection_ == nullptr ? borrow() : proceed();
}

void AsyncStreamTarget::borrow() {
  AsyncCallOptions options = options_;
  if (!options.role) options.role = bound_.usual_role();
  waiting_ = async::borrow(
      *lender_, async::LoopEnd::of(strand_), options,
      [self = shared_from_this()](const std::exception_ptr& failure,
                                  std::shared_ptr<async::AsyncConnection> connection) {
        if (failure != nullptr) return self->fail(failure);
        self->connection_ = std::move(connection);
        self->open();
      });
}

void AsyncStreamTarget::open() {
  pg::SessionDriver& session = connection_->session();
  try {
    machine_.emplace(session.state(), session.statements(), bound_.statement().sql,
                     bound_.statement().parameters, rows_->sink(), fetch_size_);
  } catch (const Error&) {
    return fail(std::current_exception());
  }
  proceed();
}

void AsyncStreamTarget::proceed() {
  rows_->clear();
  try {
    pg::refuse_if_over(limits_of(options_, bound_.time));
    machine_->proceed();
  } catch (const Error&) {
    return fail(std::current_exception());
  }
  connection_->run(*machine_, limits_of(options_, bound_.time),
                   [self = shared_from_this()] { self->paused(); });
}

void AsyncStreamTarget::paused() {
  if (machine_->wait() == pg::wire::Conversation::Wait::Done) return ended();
  try {
    machine_->check_sink();
  } catch (const std::exception&) {
    return fail(std::current_exception());
  }
  if (interrupted_) return fail(stopped());
  if (!hand_on(true)) return;
  rows_->empty() ? proceed() : answer();  // a portion may end without rows
}

void AsyncStreamTarget::ended() {
  try {
    pg::Outcome outcome = machine_->finish();
    if (const auto wrong = lender_->wrong_end(*connection_)) std::rethrow_exception(wrong);
    rows_->sink().finish(std::move(outcome));
  } catch (const Error& error) {
    return begins_anew(error) ? borrow() : fail(std::current_exception());
  } catch (const std::exception&) {
    return fail(std::current_exception());
  }
  if (interrupted_) return fail(stopped());
  if (!hand_on(false)) return;
  over_ = true;
  leave();
  answer();
}

/// True: the connection was lost before the server had begun, and has been given back.
bool AsyncStreamTarget::begins_anew(const Error& error) {
  const bool lost = !connection_->session().usable() && is_unbegun(error);
  if (!lost || !lender_->has_others() || interrupted_ || abandoned_) return false;
  if (++attempts_ == kMostAttempts) return false;
  give_back();
  return true;
}

/// Tells the rows that they have come. False: that has failed. It was not the statement's failure,
/// and so it tells its place by itself.
bool AsyncStreamTarget::hand_on(bool more) {
  try {
    rows_->came(more);
  } catch (...) {
    end_with(std::current_exception());
    return false;
  }
  return true;
}

/// What is under way is not wanted any more.
void AsyncStreamTarget::interrupt() {
  interrupted_ = true;
  if (connection_ != nullptr) return connection_->cancel();
  if (const JobPtr waiting = waiting_.lock()) lender_->forget(waiting);
}

/// Ends the statement, if it has not ended, and gives the connection back.
void AsyncStreamTarget::leave() {
  if (connection_ == nullptr || std::exchange(leaving_, true)) return;
  lender_->leaving();
  if (!machine_ || !machine_->begun()) return give_back();
  machine_->close();
  if (machine_->wait() == pg::wire::Conversation::Wait::Done) return give_back();
  const auto patience = machine_->needs_cancel() ? std::chrono::milliseconds(0)
                                                 : connection_->session().cancel_patience();
  connection_->run(*machine_, {.deadline = pg::deadline_after(patience)},
                   [self = shared_from_this()] { self->give_back(); });
}

void AsyncStreamTarget::give_back() {
  machine_.reset();
  lender_->give_back(std::exchange(connection_, nullptr),
                     fmt::format("template \"{}\"", bound_.source->source().name));
}

void AsyncStreamTarget::answer() {
  const JobPtr job = std::exchange(job_, nullptr);
  asked_ = false;
  if (failure_ != nullptr) return job->fail(failure_);
  static_cast<void>(job->end({}));
}

void AsyncStreamTarget::fail(const std::exception_ptr& failure) {
  end_with(bound_.placed(failure));
}

void AsyncStreamTarget::end_with(std::exception_ptr failure) {
  failure_ = std::move(failure);
  rows_->clear();
  leave();
  answer();
}

}  // namespace pgjinja
