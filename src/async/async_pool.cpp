#include "async/async_pool.hpp"

#include "async/execution.hpp"
#include "pg/deadline.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::async {

namespace {

/// So many statements share a packet: more of them would not make it cheaper, only later.
constexpr std::size_t kMostShared = 128;

}  // namespace

/// A session that is being opened on a thread of its own, which may outlive the pool.
struct AsyncPool::Opening {
  struct Result {
    std::unique_ptr<pg::SessionDriver> session;
    std::exception_ptr failure;
  };
  std::shared_ptr<Result> result = std::make_shared<Result>();
  std::unique_ptr<SideTask> task;
};

AsyncPool::AsyncPool(boost::asio::any_io_executor strand, pg::Settings settings,
                     pg::PoolSettings pool_settings)
    : strand_(std::move(strand)), settings_(std::move(settings)), pool_settings_(pool_settings) {}

AsyncPool::~AsyncPool() = default;

void AsyncPool::begin(const JobPtr& job) {
  if (job->preparation_failure != nullptr) return job->fail(job->preparation_failure);
  if (closed_) {
    return job->fail(std::make_exception_ptr(Error(ErrorKind::Config, "the client was closed")));
  }
  job->timer.emplace(strand_);
  waiting_.push_back(job);
  pump();
  if (job->state == AsyncJob::State::Waiting) wait_for_connection(job);
}

/// Gives waiting jobs to free connections, and opens one when there are too few.
void AsyncPool::pump() {
  while (!waiting_.empty()) {
    std::shared_ptr<AsyncConnection> connection = take_idle();
    if (connection == nullptr) break;
    std::vector<JobPtr> jobs = take_jobs();
    if (jobs.front()->loan != nullptr) {
      lend(std::move(connection), jobs.front());
    } else {
      execute(std::move(connection), std::move(jobs));
    }
  }
  // One for each job that waits, until there are as many as there may be.
  while (openings_.size() < waiting_.size() && open_ < pool_settings_.max_size) open();
}

std::shared_ptr<AsyncConnection> AsyncPool::take_idle() {
  while (!idle_.empty()) {
    std::shared_ptr<AsyncConnection> connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->session().quiet()) return connection;
    --open_;  // the server closed it while it was idle
  }
  return nullptr;
}

/// The one that waited longest; when it may be shared, with others that may.
std::vector<AsyncPool::JobPtr> AsyncPool::take_jobs() {
  std::vector<JobPtr> jobs{std::move(waiting_.front())};
  waiting_.pop_front();
  const auto may_share = [](const JobPtr& job) {
    return job->options().shared && job->loan == nullptr;
  };
  if (!may_share(jobs.front())) return jobs;
  while (!waiting_.empty() && may_share(waiting_.front()) && jobs.size() < kMostShared) {
    jobs.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return jobs;
}

void AsyncPool::lend(std::shared_ptr<AsyncConnection> connection, const JobPtr& job) {
  job->timer->cancel();
  job->state = AsyncJob::State::Running;
  job->loan(std::move(connection));
  job->end({});
}

void AsyncPool::give_back(std::shared_ptr<AsyncConnection> connection) {
  if (connection->session().usable() && !closed_) {
    idle_.push_back(std::move(connection));
  } else {
    --open_;
  }
  pump();
}

void AsyncPool::execute(std::shared_ptr<AsyncConnection> connection, std::vector<JobPtr> jobs) {
  for (const JobPtr& job : jobs) job->timer->cancel();
  auto execution = std::make_shared<Execution>(std::move(connection), std::move(jobs));
  running_.push_back(execution);
  execution->begin([self = shared_from_this(), raw = execution.get()] {
    const auto at = std::find_if(self->running_.begin(), self->running_.end(),
                                 [raw](const auto& one) { return one.get() == raw; });
    const std::shared_ptr<Execution> ended = std::move(*at);
    self->running_.erase(at);
    self->release(*ended);
  });
}

void AsyncPool::release(const Execution& ended) {
  for (const JobPtr& job : ended.stale()) {
    job->state = AsyncJob::State::Waiting;
    waiting_.push_front(job);
  }
  give_back(ended.connection());
}

void AsyncPool::open() {
  ++open_;
  const auto opening = openings_.emplace(openings_.end());
  try {
    opening->task = std::make_unique<SideTask>(
        strand_, [result = opening->result, settings = settings_,
                  deadline = pg::deadline_after(pool_settings_.acquire_timeout)] {
          try {
            result->session = std::make_unique<pg::SessionDriver>(settings, deadline);
          } catch (const std::exception&) {
            result->failure = std::current_exception();
          }
        });
  } catch (const std::exception&) {
    opening->result->failure = std::current_exception();
    return opened(opening);
  }
  opening->task->when_ended([self = weak_from_this(), opening] {
    if (const auto pool = self.lock()) pool->opened(opening);
  });
}

void AsyncPool::opened(std::list<Opening>::iterator opening) {
  const std::shared_ptr<Opening::Result> result = opening->result;
  openings_.erase(opening);
  if (result->failure != nullptr || closed_) {
    --open_;
    if (result->failure != nullptr) fail_first(result->failure);
  } else {
    idle_.push_back(std::make_shared<AsyncConnection>(strand_, std::move(result->session)));
  }
  pump();
}

/// A connection that cannot be opened is the failure of the job that it was opened for.
void AsyncPool::fail_first(const std::exception_ptr& failure) {
  if (waiting_.empty()) return;
  const JobPtr job = std::move(waiting_.front());
  waiting_.pop_front();
  job->fail(failure);
}

void AsyncPool::wait_for_connection(const JobPtr& job) {
  pg::CallLimits limits = job->waiting_limits();
  const std::string own =
      fmt::format("the pool's acquire_timeout of {} ms", pool_settings_.acquire_timeout.count());
  const auto longest = pg::deadline_after(pool_settings_.acquire_timeout);
  const bool by_pool = longest < limits.deadline;
  job->timer->expires_at(by_pool ? longest : limits.deadline);
  job->timer->async_wait([self = weak_from_this(), job,
                          name = by_pool ? own : std::string(limits.deadline_name)](
                             const boost::system::error_code& error) {
    const auto pool = self.lock();
    if (error || pool == nullptr || job->state != AsyncJob::State::Waiting) return;
    std::erase(pool->waiting_, job);
    job->fail(std::make_exception_ptr(
        Error(ErrorKind::Timeout, fmt::format("no connection became free until {} had passed: all "
                                              "{} are lent",
                                              name, pool->open_))
            .hint("wait for fewer calls at once, or raise max_size")
            .safe_to_retry(true)));
  });
}

void AsyncPool::cancel(const JobPtr& job) {
  if (job->state == AsyncJob::State::Over) return;
  if (job->state == AsyncJob::State::Running) {
    const auto running = running_;
    for (const std::shared_ptr<Execution>& execution : running) execution->cancel(job);
    return;
  }
  std::erase(waiting_, job);
  job->fail(std::make_exception_ptr(
      Error(ErrorKind::Cancelled, "the caller asked to stop while a connection was awaited")
          .safe_to_retry(true)));
}

void AsyncPool::close() {
  closed_ = true;
  open_ -= idle_.size();
  idle_.clear();
  while (!waiting_.empty()) {
    fail_first(std::make_exception_ptr(
        Error(ErrorKind::Config, "the client was closed while a connection was awaited")));
  }
}

}  // namespace pgjinja::async
