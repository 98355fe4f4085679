#include "async/async_job.hpp"

#include "client/engine.hpp"
#include "client/error_place.hpp"
#include "client/rendering.hpp"

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

void AsyncJob::bind(const Engine& engine, Rendering& what) {
  try {
    source = what.bind(engine, buffers_->fragment(), buffers_->statement());
    time = engine.time_of(*source, {.timeout = options_.timeout});
  } catch (const std::exception&) {
    preparation_failure = std::current_exception();
  }
}

void AsyncJob::bind_steps(std::shared_ptr<const Engine> engine, std::shared_ptr<Steps> steps) {
  engine_ = std::move(engine);
  steps_ = std::move(steps);
  try {
    bind_step(*steps_->next());  // there is one at least
  } catch (const std::exception&) {
    preparation_failure = std::current_exception();
  }
}

/// Errors of the statement before must not show their places in this one's template.
void AsyncJob::bind_step(const Steps::Step& step) {
  source.reset();
  buffers_.emplace();
  sink_ = &step.sink;
  bind(*engine_, step.what);
}

bool AsyncJob::end(pg::Outcome outcome) {
  if (state == State::Over) return false;
  ++executed_;
  try {
    sink_->finish(std::move(outcome));
  } catch (const Error&) {
    fail(std::current_exception());
    return false;
  }
  if (steps_ != nullptr && next_step()) return true;
  if (state == State::Over) return false;
  call_->set_done();
  complete();
  return false;
}

/// False: that was the last one, or it has failed.
bool AsyncJob::next_step() {
  timer.reset();
  repeated = false;
  try {
    const auto step = steps_->next();
    if (!step) return false;
    bind_step(*step);
  } catch (const std::exception&) {
    preparation_failure = std::current_exception();
  }
  if (preparation_failure != nullptr) {
    source.reset();  // it tells its place by itself
    fail(preparation_failure);
    return false;
  }
  state = State::Waiting;
  return true;
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
    return std::make_exception_ptr(placed(error, statement(), source->source()));
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
