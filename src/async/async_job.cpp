#include "async/async_job.hpp"

#include "client/error_place.hpp"

#include <pgjinja/core/error.hpp>

#include <utility>

namespace pgjinja {

namespace {

CallOptions as_call(const AsyncCallOptions& options) {
  return {.timeout = options.timeout, .deadline = options.deadline, .stop = {}};
}

}  // namespace

pg::CallLimits AsyncJob::limits() const { return limits_of(as_call(options_), time); }

pg::CallLimits AsyncJob::waiting_limits() const {
  return pgjinja::waiting_limits(as_call(options_));
}

void AsyncJob::end(pg::Outcome outcome) {
  if (state == State::Over) return;
  try {
    call_->sink().finish(std::move(outcome));
  } catch (const Error&) {
    return fail(std::current_exception());
  }
  call_->set_done();
  complete();
}

void AsyncJob::fail(const std::exception_ptr& failure) {
  if (state == State::Over) return;
  call_->set_failure(placed_failure(failure));
  complete();
}

std::exception_ptr AsyncJob::placed_failure(const std::exception_ptr& failure) const {
  if (!source) return failure;  // of the rendering, which tells its places by itself
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return std::make_exception_ptr(placed(error, statement, source->source()));
  } catch (const std::exception&) {
    return failure;
  }
}

void AsyncJob::complete() {
  state = State::Over;
  if (timer) timer->cancel();
  std::exchange(completion_, nullptr)->complete();
}

}  // namespace pgjinja
