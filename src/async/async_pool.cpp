#include "async/async_pool.hpp"

#include "async/execution.hpp"
#include "pg/deadline.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <boost/asio/post.hpp>

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
    : EndsWithLoop(LoopEnd::of(strand)),
      strand_(std::move(strand)),
      settings_(std::move(settings)),
      pool_settings_(pool_settings),
      alarm_(strand_) {}

AsyncPool::~AsyncPool() = default;

void AsyncPool::loop_ended() noexcept {
  closed_ = true;
  openings_.clear();
  const auto arrived = std::exchange(arrived_, {});
  const auto waiting = std::exchange(waiting_, {});
  const auto running = std::exchange(running_, {});
  const auto idle = std::exchange(idle_, {});
  const auto self = std::exchange(self_while_running_, nullptr);
}

void AsyncPool::begin(const JobPtr& job) {
  {
    const std::lock_guard lock(mutex_);
    arrived_.push_back(job);
  }
  post_pump();
}

void AsyncPool::post_pump() {
  if (pump_posted_.exchange(true)) return;
  boost::asio::post(strand_, [self = shared_from_this()] { self->pump(); });
}

std::vector<AsyncPool::JobPtr> AsyncPool::take_arrived() {
  pump_posted_ = false;  // first: what arrives from here on posts anew
  const std::lock_guard lock(mutex_);
  return std::exchange(arrived_, {});
}

/// False: it has failed already.
bool AsyncPool::admit(const JobPtr& job) {
  if (job->state == AsyncJob::State::Over) return false;  // cancelled before it was seen here
  if (job->bound().failure != nullptr) {
    job->fail(job->bound().failure);
  } else if (closed_) {
    job->fail(std::make_exception_ptr(Error(ErrorKind::Config, "the client was closed")));
  } else {
    waiting_.push_back(job);
    return true;
  }
  return false;
}

/// Gives waiting jobs to free connections, and opens more when there are too few.
void AsyncPool::pump() {
  std::vector<JobPtr> arrived = take_arrived();
  std::erase_if(arrived, [this](const JobPtr& job) { return !admit(job); });
  while (!waiting_.empty()) {
    std::shared_ptr<AsyncConnection> connection = take_free();
    if (connection == nullptr) break;
    serve(std::move(connection));
  }
  if (closed_) return shut();
  for (const JobPtr& job : arrived) {
    if (job->state == AsyncJob::State::Waiting) wait_for_connection(job);
  }
  silence();
  // One for each job that waits, until there are as many as there may be.
  while (openings_.size() < waiting_.size() && open_ < pool_settings_.max_size) open();
}

std::shared_ptr<AsyncConnection> AsyncPool::take_free() {
  while (!idle_.empty()) {
    std::shared_ptr<AsyncConnection> connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->quiet()) return connection;
    --open_;  // the server closed it while it was idle
  }
  return nullptr;
}

void AsyncPool::serve(std::shared_ptr<AsyncConnection> connection) {
  std::vector<JobPtr> jobs = take_jobs();
  if (jobs.front()->loan != nullptr) {
    lend(std::move(connection), jobs.front());
  } else {
    execute(std::move(connection), std::move(jobs));
  }
}

/// The one that waited longest; when it may be shared, with others that may.
std::vector<AsyncPool::JobPtr> AsyncPool::take_jobs() {
  std::vector<JobPtr> jobs{std::move(waiting_.front())};
  waiting_.pop_front();
  if (!jobs.front()->may_share()) return jobs;
  while (!waiting_.empty() && waiting_.front()->may_share() && jobs.size() < kMostShared) {
    jobs.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return jobs;
}

void AsyncPool::lend(std::shared_ptr<AsyncConnection> connection, const JobPtr& job) {
  job->state = AsyncJob::State::Running;
  job->loan(job, std::move(connection));
}

void AsyncPool::give_back(std::shared_ptr<AsyncConnection> connection) {
  keep(std::move(connection));
  pump();
}

void AsyncPool::keep(std::shared_ptr<AsyncConnection> connection) {
  if (connection->session().usable()) {
    idle_.push_back(std::move(connection));
  } else {
    --open_;
  }
}

void AsyncPool::execute(std::shared_ptr<AsyncConnection> connection, std::vector<JobPtr> jobs) {
  const auto execution = std::make_shared<Execution>(std::move(connection), std::move(jobs));
  running_.push_back(execution);
  self_while_running_ = shared_from_this();
  execution->begin([this, raw = execution.get()] { release(*raw); });
}

void AsyncPool::release(const Execution& ended) {
  std::erase_if(running_, [&ended](const auto& one) { return one.get() == &ended; });
  const std::shared_ptr<AsyncPool> self = self_while_running_;
  if (running_.empty()) self_while_running_.reset();
  for (const JobPtr& job : ended.again()) {
    if (job->state == AsyncJob::State::Over) continue;  // cancelled meanwhile
    job->patience = Clock::time_point::max();           // it has waited
    waiting_.push_front(job);
  }
  keep(ended.connection());
  post_pump();
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
  const pg::CallLimits limits = job->waiting_limits();
  job->patience = pg::deadline_after(pool_settings_.acquire_timeout);
  if (limits.deadline <= job->patience) {
    job->patience = limits.deadline;
    job->patience_name = limits.deadline_name;
  }
  ring_at(job->patience);
}

/// Earlier than it would ring anyway.
void AsyncPool::ring_at(Clock::time_point moment) {
  if (moment >= alarm_time_) return;
  alarm_time_ = moment;
  alarm_.expires_at(moment);
  alarm_.async_wait([self = weak_from_this()](const boost::system::error_code& error) {
    const auto pool = self.lock();
    if (!error && pool != nullptr) pool->on_alarm();
  });
}

void AsyncPool::on_alarm() {
  alarm_time_ = Clock::time_point::max();
  refuse_impatient();
  for (const JobPtr& job : waiting_) ring_at(job->patience);
}

/// An alarm that nobody waits for any more would keep the executor at work.
void AsyncPool::silence() {
  if (!waiting_.empty() || alarm_time_ == Clock::time_point::max()) return;
  alarm_time_ = Clock::time_point::max();
  alarm_.cancel();
}

void AsyncPool::refuse_impatient() {
  const auto patient = [now = Clock::now()](const JobPtr& job) { return now < job->patience; };
  const auto first = std::stable_partition(waiting_.begin(), waiting_.end(), patient);
  const std::vector<JobPtr> impatient(first, waiting_.end());
  waiting_.erase(first, waiting_.end());
  for (const JobPtr& job : impatient) fail_impatient(job);
}

void AsyncPool::fail_impatient(const JobPtr& job) {
  const std::string limit = job->patience_name.empty()
                                ? fmt::format("the pool's acquire_timeout of {} ms",
                                              pool_settings_.acquire_timeout.count())
                                : std::string(job->patience_name);
  job->fail(std::make_exception_ptr(
      Error(ErrorKind::Timeout,
            fmt::format("no connection became free until {} had passed: all {} are lent", limit,
                        open_))
          .hint("wait for fewer calls at once, or raise max_size")
          .safe_to_retry(true)));
}

void AsyncPool::cancel(const JobPtr& job) {
  if (job->state == AsyncJob::State::Over) return;
  if (job->state == AsyncJob::State::Running) {
    const auto running = running_;
    for (const std::shared_ptr<Execution>& execution : running) execution->cancel(job);
    return;
  }
  std::erase(waiting_, job);
  silence();
  job->fail(std::make_exception_ptr(
      Error(ErrorKind::Cancelled, "the caller asked to stop while a connection was awaited")
          .safe_to_retry(true)));
}

void AsyncPool::close() {
  closed_ = true;
  pump();
}

/// What pump() leaves when the client is closed.
void AsyncPool::shut() {
  open_ -= idle_.size();
  idle_.clear();
  while (!waiting_.empty()) {
    fail_first(std::make_exception_ptr(
        Error(ErrorKind::Config, "the client was closed while a connection was awaited")));
  }
  silence();
}

}  // namespace pgjinja::async
