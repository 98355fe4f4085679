#include "async/execution.hpp"

#include "client/failures.hpp"
#include "client/left_open.hpp"
#include "client/unbegun.hpp"
#include "pg/interruption_errors.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::async {

namespace {

bool idle(pg::SessionDriver& session) {
  return session.state().transaction == pg::wire::TransactionStatus::Idle;
}

/// What would be cancelled as soon as it is sent is not sent, also when it is a later statement of
/// an operation: patience with the server is had once.
bool refused_as_over(const std::shared_ptr<AsyncJob>& job) {
  try {
    pg::refuse_if_over(job->limits());
  } catch (const Error&) {
    job->fail(std::current_exception());
    return true;
  }
  return false;
}

}  // namespace

void Execution::begin(std::function<void()> then) {
  then_ = std::move(then);
  std::erase_if(jobs_, refused_as_over);
  if (jobs_.empty()) return release();
  for (const JobPtr& job : jobs_) job->state = AsyncJob::State::Running;
  jobs_.size() == 1 ? begin_one(jobs_.front()) : begin_shared();
}

void Execution::begin_one(const JobPtr& job) {
  if (job->has_settings()) return begin_with_settings(job);
  pg::SessionDriver& session = connection_->session();
  try {
    machine_.emplace(session.state(), session.statements(), job->statement().sql,
                     job->statement().parameters, job->sink());
  } catch (const Error&) {
    job->fail(std::current_exception());
    return release();
  }
  connection_->run(*machine_, job->limits(), [this] { end_one(); });
}

/// They and the statement are one transaction of the server's own making, as in a batch.
void Execution::begin_with_settings(const JobPtr& job) {
  pg::SessionDriver& session = connection_->session();
  entries_ = settings_.emplace(job->settings()).entries();
  entries_.push_back({.sql = job->statement().sql,
                      .parameters = job->statement().parameters,
                      .sink = &job->sink()});
  try {
    pipeline_.emplace(session.state(), session.statements(), entries_, pg::Grouping::Together);
  } catch (const Error&) {
    job->fail(std::current_exception());
    return release();
  }
  connection_->run(*pipeline_, job->limits(), [this] { end_with_settings(); });
}

/// A job whose values cannot be encoded is not sent; the others are.
void Execution::begin_shared() {
  pg::SessionDriver& session = connection_->session();
  while (!jobs_.empty()) {
    entries_.clear();
    for (const JobPtr& job : jobs_) {
      entries_.push_back({.sql = job->statement().sql,
                          .parameters = job->statement().parameters,
                          .sink = &job->sink()});
    }
    try {
      pipeline_.emplace(session.state(), session.statements(), entries_, pg::Grouping::Each);
      break;
    } catch (const Error&) {
      std::size_t i = 0;
      std::erase_if(jobs_, [&](const JobPtr& job) {
        const std::exception_ptr failure = entries_[i++].failure;
        if (failure != nullptr) job->fail(failure);
        return failure != nullptr;
      });
    }
  }
  if (jobs_.empty()) return release();
  // The server is not left to itself for longer than the most patient caller wants to wait.
  pg::CallLimits longest{.deadline = {}, .deadline_name = "the time of all callers"};
  for (const JobPtr& job : jobs_) {
    const pg::CallLimits limits = job->limits();
    longest.deadline = std::max(longest.deadline, limits.deadline);
    if (limits.deadline != std::chrono::steady_clock::time_point::max()) time_out(job, limits);
  }
  connection_->run(*pipeline_, longest, [this] { end_shared(); });
}

/// Ends one of several for its caller; cancelling at the server would hit the others.
void Execution::time_out(const JobPtr& job, const pg::CallLimits& limits) {
  job->timer.emplace(connection_->executor(), limits.deadline);
  const std::size_t statement = job->executed();
  job->timer->async_wait([job, limits, statement](const boost::system::error_code& error) {
    if (error || job->state != AsyncJob::State::Running || job->executed() != statement) return;
    job->fail(std::make_exception_ptr(
        Error(ErrorKind::Timeout,
              fmt::format("{} had passed; the statement shares its packet with others, and was not "
                          "cancelled",
                          limits.deadline_name))
            .in_doubt(true)
            .hint("the statement may have been executed or not: look before you repeat it")));
  });
}

void Execution::cancel(const JobPtr& job) {
  if (std::find(jobs_.begin(), jobs_.end(), job) == jobs_.end()) return;
  if (machine_ || settings_) return connection_->cancel();
  job->fail(std::make_exception_ptr(
      Error(ErrorKind::Cancelled,
            "the caller asked to stop; the statement shares its packet with others, and was not "
            "cancelled")
          .in_doubt(true)
          .hint("the statement may have been executed or not: look before you repeat it")));
}

void Execution::end_one() {
  const JobPtr& job = jobs_.front();
  try {
    pg::Outcome outcome = machine_->finish();
    if (!idle(connection_->session())) throw left_open("the statement");
    end_job(job, std::move(outcome));
  } catch (const std::exception&) {
    fail_or_repeat(job, std::current_exception());
  }
  release();
}

/// When the connection was lost before the server had begun, another one will do.
void Execution::fail_or_repeat(const JobPtr& job, const std::exception_ptr& failure) {
  const bool again = !connection_->session().usable() && is_unbegun(failure) &&
                     job->state == AsyncJob::State::Running && ++job->lost < kMostAttempts;
  if (!again) return job->fail(failure);
  job->state = AsyncJob::State::Waiting;
  again_.push_back(job);
}

void Execution::end_with_settings() {
  const JobPtr& job = jobs_.front();
  pipeline_->finish();
  try {
    // The settings have been taken back with a stale statement, and so it may begin again.
    if (entries_.back().stale && !job->repeated && job->state == AsyncJob::State::Running) {
      repeat(job);
    } else {
      throw_failure(entries_);
      if (!idle(connection_->session())) throw left_open("the statement");
      end_job(job, std::move(entries_.back().outcome));
    }
  } catch (const std::exception&) {
    const std::exception_ptr failure = std::current_exception();
    is_unbegun(entries_) ? fail_or_repeat(job, failure) : job->fail(failure);
  }
  release();
}

void Execution::end_job(const JobPtr& job, pg::Outcome outcome) {
  if (job->end(std::move(outcome))) again_.push_back(job);
}

void Execution::repeat(const JobPtr& job) {
  job->repeated = true;
  job->state = AsyncJob::State::Waiting;
  again_.push_back(job);
}

void Execution::end_shared() {
  pipeline_->finish();
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    pg::PipelineEntry& entry = entries_[i];
    const JobPtr& job = jobs_[i];
    if (entry.stale && !job->repeated && job->state == AsyncJob::State::Running) {
      repeat(job);
    } else if (entry.failure != nullptr) {
      fail_or_repeat(job, entry.failure);
    } else if (entry.left_open) {
      job->fail(std::make_exception_ptr(left_open("a statement of the packet")));
    } else {
      end_job(job, std::move(entry.outcome));
    }
  }
  release();
}

void Execution::release() {
  const std::shared_ptr<Execution> self = shared_from_this();  // until then_() has returned
  then_();
}

}  // namespace pgjinja::async
