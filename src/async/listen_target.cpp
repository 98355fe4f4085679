#include "async/listen_target.hpp"

#include "pg/listening.hpp"

#include <pgjinja/core/error.hpp>

#include <utility>

#include <boost/asio/post.hpp>

namespace pgjinja {

namespace {

std::exception_ptr config_error(const char* message, const char* hint) {
  return std::make_exception_ptr(Error(ErrorKind::Config, message).hint(hint));
}

std::exception_ptr stopped(const char* what) {
  return std::make_exception_ptr(
      Error(ErrorKind::Cancelled, std::string("the caller asked to stop while ") + what)
          .safe_to_retry(true));
}

}  // namespace

ListenTarget::JobPtr ListenTarget::make_job(std::shared_ptr<BatchCall> call,
                                            std::unique_ptr<detail::Completion> completion) {
  return std::make_shared<AsyncJob>(async::LoopEnd::of(strand_), std::move(call),
                                    std::move(completion), AsyncCallOptions{});
}

void ListenTarget::begin(const JobPtr& job) {
  boost::asio::post(strand_, [self = shared_from_this(), job] { self->serve(job); });
}

void ListenTarget::cancel(const JobPtr& job) {
  boost::asio::post(strand_, [self = shared_from_this(), job] {
    if (self->job_ == job) self->connection_->leave_off();
  });
}

void ListenTarget::abandon() noexcept {
  boost::asio::post(strand_, [self = shared_from_this()] {
    if (self->connection_ == nullptr) return;
    self->connection_->leave_off();
    self->connection_.reset();
  });
}

void ListenTarget::take(std::unique_ptr<pg::SessionDriver> session) {
  connection_ = std::make_shared<async::AsyncConnection>(strand_, std::move(session));
}

void ListenTarget::serve(const JobPtr& job) {
  if (job_ != nullptr) {
    return job->fail(config_error("a notification was asked for before the one before it came",
                                  "await each next() before the next one"));
  }
  if (connection_ == nullptr) {
    return job->fail(config_error("this listener was destroyed", "keep it while it is awaited"));
  }
  job_ = job;
  pg::wire::SessionState& state = connection_->session().state();
  if (!state.notifications.empty()) return answer();
  if (failure_ != nullptr) return fail(failure_);
  machine_.emplace(state);
  connection_->run(*machine_, {}, [self = shared_from_this()] { self->heard(); });
}

void ListenTarget::heard() {
  try {
    machine_->check();
  } catch (const Error&) {
    failure_ = std::current_exception();
  }
  if (!connection_->session().state().notifications.empty()) return answer();
  fail(failure_ != nullptr ? failure_ : stopped("a notification was awaited"));
}

void ListenTarget::answer() {
  auto& notifications = connection_->session().state().notifications;
  answer_ = std::move(notifications.front());
  notifications.pop_front();
  static_cast<void>(std::exchange(job_, nullptr)->end({}));
}

void ListenTarget::fail(const std::exception_ptr& failure) {
  std::exchange(job_, nullptr)->fail(failure);
}

ListenOpening::JobPtr ListenOpening::make_job(std::shared_ptr<BatchCall> call,
                                              std::unique_ptr<detail::Completion> completion) {
  return std::make_shared<AsyncJob>(async::LoopEnd::of(executor()), std::move(call),
                                    std::move(completion), options_);
}

void ListenOpening::begin(const JobPtr& job) {
  boost::asio::post(executor(), [self = shared_from_this(), job] { self->open(job); });
}

void ListenOpening::cancel(const JobPtr& job) {
  boost::asio::post(executor(), [self = shared_from_this(), job] {
    self->task_.reset();  // what it opens is closed by its thread
    job->fail(stopped("a session was opened"));
  });
}

void ListenOpening::open(const JobPtr& job) {
  if (job->state == AsyncJob::State::Over) return;  // cancelled before
  const auto result = std::make_shared<Result>();
  try {
    task_.emplace(executor(), [result, locate = locate_, channels = channels_,
                               role = options_.role.value_or(pg::Role::Primary),
                               limits = pg::CallLimits{.deadline = options_.deadline}] {
      try {
        result->session = pg::open_listening(locate(role, limits), channels, limits);
      } catch (const std::exception&) {
        result->failure = std::current_exception();
      }
    });
  } catch (const std::exception&) {
    return job->fail(std::current_exception());
  }
  task_->when_ended([self = shared_from_this(), job, result] { self->opened(job, *result); });
}

void ListenOpening::opened(const JobPtr& job, Result& result) {
  if (result.failure != nullptr) return job->fail(result.failure);
  listener_->take(std::move(result.session));
  static_cast<void>(job->end({}));
}

}  // namespace pgjinja
