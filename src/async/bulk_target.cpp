#include "async/bulk_target.hpp"

#include "async/borrow.hpp"
#include "client/borrowed_transaction.hpp"

#include <pgjinja/core/error.hpp>

#include <utility>

#include <boost/asio/post.hpp>

namespace pgjinja {

BulkTarget::JobPtr BulkTarget::make_job(std::shared_ptr<BatchCall> call,
                                        std::unique_ptr<detail::Completion> completion) {
  return std::make_shared<AsyncJob>(loop_, std::move(call), std::move(completion), options_);
}

void BulkTarget::begin(const JobPtr& job) {
  boost::asio::post(strand_, [self = shared_from_this(), job] { self->borrow(job); });
}

void BulkTarget::cancel(const JobPtr& job) {
  boost::asio::post(strand_, [self = shared_from_this(), job] {
    if (self->job_ != job) return;
    self->stop_.request_stop();
    if (const JobPtr waiting = self->waiting_.lock()) self->lender_->forget(waiting);
  });
}

void BulkTarget::borrow(const JobPtr& job) {
  job_ = job;
  waiting_ = async::borrow(
      *lender_, loop_, options_,
      [self = shared_from_this()](const std::exception_ptr& failure,
                                  std::shared_ptr<async::AsyncConnection> connection) {
        if (failure != nullptr) return std::exchange(self->job_, nullptr)->fail(failure);
        self->connection_ = std::move(connection);
        self->lender_->leaving();  // what is begun meanwhile waits for it
        self->start();
      });
}

/// The thread has what it needs for itself: it may outlive the executor, and all that is here.
void BulkTarget::start() {
  const auto result = std::make_shared<Result>();
  CallOptions calls{.timeout = options_.timeout,
                    .deadline = options_.deadline,
                    .stop = stop_.get_token(),
                    .settings = options_.settings};
  try {
    task_.emplace(strand_, [result, work = std::move(work_), calls = std::move(calls),
                            engine = engine_, session = connection_->shared_session()] {
      try {
        BorrowedTransaction transaction(engine, session, calls);
        result->count = work(*transaction);
        transaction.commit();
      } catch (...) {
        result->failure = std::current_exception();  // whoever awaits it is told
      }
    });
  } catch (const std::exception&) {
    result->failure = std::current_exception();
    return ended(*result);
  }
  task_->when_ended([self = shared_from_this(), result] { self->ended(*result); });
}

void BulkTarget::ended(const Result& result) {
  const JobPtr job = std::exchange(job_, nullptr);
  lender_->give_back(std::exchange(connection_, nullptr), user_);
  if (result.failure != nullptr) return job->fail(result.failure);
  static_cast<void>(job->end({.tag = {}, .rows = result.count}));
}

}  // namespace pgjinja
