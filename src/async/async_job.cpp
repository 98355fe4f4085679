#include "async/async_job.hpp"

#include "async/call_limits.hpp"
#include "pg/deadline.hpp"

#include <pgjinja/core/error.hpp>

#include <utility>

namespace pgjinja {

pg::CallLimits AsyncJob::limits() const { return limits_of(options_, bound_->time); }

pg::CallLimits AsyncJob::waiting_limits() const { return pgjinja::waiting_limits(options_); }

void AsyncJob::be_patient(std::chrono::milliseconds acquire_timeout) {
  if (patience != std::chrono::steady_clock::time_point::max()) return;
  const pg::CallLimits limits = waiting_limits();
  patience = pg::deadline_after(acquire_timeout);
  if (limits.deadline > patience) return;
  patience = limits.deadline;
  patience_name = limits.deadline_name;
}

LeaseLabel AsyncJob::label() const {
  if (loan != nullptr) return {options_.label, "transaction"};
  if (!bound_->source) return {options_.label, "statement"};
  return {options_.label, bound_->source->source().name};
}

SettingsOfCall AsyncJob::settings() const {
  const auto plan = plan_of(options_.settings, bound_->plan());
  return plan ? settings_with(options_.settings, *plan) : options_.settings;
}

void AsyncJob::bind_steps(std::shared_ptr<const Engine> engine, std::shared_ptr<Steps> steps) {
  engine_ = std::move(engine);
  steps_ = std::move(steps);
  try {
    bind_step(*steps_->next());  // there is one at least
  } catch (const std::exception&) {
    bound().failure = std::current_exception();
  }
}

/// Errors of the statement before must not show their places in this one's template.
void AsyncJob::bind_step(const Steps::Step& step) {
  bound_.emplace();
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
  lost = 0;
  try {
    const auto step = steps_->next();
    if (!step) return false;
    bind_step(*step);
  } catch (const std::exception&) {
    bound_.emplace().failure = std::current_exception();
  }
  if (bound().failure != nullptr) {
    fail(bound().failure);
    return false;
  }
  state = State::Waiting;
  return true;
}

void AsyncJob::fail(const std::exception_ptr& failure) {
  if (state == State::Over) return;
  call_->set_failure(bound().placed(failure));
  complete();
}

/// Its handler is never called. A call may hold the target that holds this job.
void AsyncJob::loop_ended() noexcept {
  state = State::Over;
  timer.reset();
  const auto self = std::exchange(while_waiting, nullptr);
  const auto lent = std::exchange(loan, nullptr);
  const auto call = std::exchange(call_, nullptr);
  const auto completion = std::exchange(completion_, nullptr);
}

void AsyncJob::complete() {
  state = State::Over;
  if (timer) timer->cancel();
  std::exchange(completion_, nullptr)->complete();
}

}  // namespace pgjinja
