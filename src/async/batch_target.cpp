#include "async/batch_target.hpp"

#include "async/borrow.hpp"
#include "client/unbegun.hpp"
#include "pg/interruption_errors.hpp"

#include <pgjinja/core/error.hpp>

#include <utility>

#include <boost/asio/post.hpp>

namespace pgjinja {

AsyncBatchTarget::JobPtr AsyncBatchTarget::make_job(
    std::shared_ptr<BatchCall> call, std::unique_ptr<detail::Completion> completion) {
  return std::make_shared<AsyncJob>(async::LoopEnd::of(strand_), std::move(call),
                                    std::move(completion), options_);
}

void AsyncBatchTarget::begin(const JobPtr& job) {
  boost::asio::post(strand_, [self = shared_from_this(), job] {
    if (self->run_ != nullptr) return self->borrow(job);
    static_cast<void>(job->end({}));  // nothing to do is done
  });
}

void AsyncBatchTarget::cancel(const JobPtr& job) {
  boost::asio::post(strand_, [self = shared_from_this(), job] {
    if (self->job_ != job) return;
    self->cancelled_ = true;
    if (self->connection_ != nullptr) return self->connection_->cancel();
    if (const JobPtr waiting = self->waiting_.lock()) self->lender_->forget(waiting);
  });
}

void AsyncBatchTarget::borrow(const JobPtr& job) {
  job_ = job;
  waiting_ = async::borrow(
      *lender_, async::LoopEnd::of(strand_), options_,
      [self = shared_from_this()](const std::exception_ptr& failure,
                                  std::shared_ptr<async::AsyncConnection> connection) {
        self->connection_ = std::move(connection);
        if (failure == nullptr) return self->send();
        self->run_->fail(failure);
        self->end(failure);
      });
}

void AsyncBatchTarget::send() {
  ++attempts_;
  pg::SessionDriver& session = connection_->session();
  try {
    pg::refuse_if_over(run_->limits());
    machine_.emplace(session.state(), session.statements(), run_->entries(), run_->grouping());
  } catch (const Error&) {
    return settle(std::current_exception());
  }
  connection_->run(*machine_, run_->limits(), [self = shared_from_this()] {
    self->machine_->finish();
    self->is_lost_unbegun() ? self->send_on_another() : self->settle(nullptr);
  });
}

/// The connection was lost before the server had begun with any call.
bool AsyncBatchTarget::is_lost_unbegun() const {
  return !connection_->session().usable() && !cancelled_ && attempts_ < kMostAttempts &&
         is_unbegun(run_->entries());
}

void AsyncBatchTarget::send_on_another() {
  machine_.reset();
  lender_->give_back(std::exchange(connection_, nullptr), "a batch");
  send_anew(run_->entries());
  borrow(job_);
}

void AsyncBatchTarget::settle(const std::exception_ptr& thrown) {
  machine_.reset();
  lender_->give_back(std::exchange(connection_, nullptr), "a batch");
  try {
    run_->settle(thrown);
  } catch (const std::exception&) {
    return end(std::current_exception());
  }
  end(nullptr);
}

void AsyncBatchTarget::end(const std::exception_ptr& failure) {
  const JobPtr job = std::exchange(job_, nullptr);
  if (failure != nullptr) return job->fail(failure);
  static_cast<void>(job->end({}));
}

}  // namespace pgjinja
