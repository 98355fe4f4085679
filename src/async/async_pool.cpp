#include "async/async_pool.hpp"

#include "async/execution.hpp"
#include "pg/deadline.hpp"
#include "pg/fork_generation.hpp"

#include <pgjinja/core/error.hpp>

#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

namespace pgjinja::async {

using pg::pool::Borrower;
using pg::pool::Clock;
using pg::pool::Ending;
using pg::pool::Proof;
using pg::pool::Refusal;

namespace {

/// So many statements share a packet: more of them would not make it cheaper, only later.
constexpr std::size_t kMostShared = 128;

}  // namespace

AsyncPool::AsyncPool(boost::asio::any_io_executor strand, pg::Settings settings,
                     pg::PoolSettings pool_settings, Host host)
    : EndsWithLoop(LoopEnd::of(strand)),
      host_(std::move(host)),
      strand_(std::move(strand)),
      settings_(std::move(settings)),
      pool_settings_(pg::pool::checked(std::move(pool_settings))),
      machine_(pool_settings_, pg::pool::random_seed()),
      openings_(strand_, settings_, pool_settings_.hooks),
      generation_(pg::fork_generation()),
      alarm_(strand_),
      warmings_(strand_) {}

AsyncPool::~AsyncPool() = default;

void AsyncPool::loop_ended() noexcept {
  closed_ = true;
  ticker_.reset();
  waiting_work_.reset();
  openings_.stop();
  const auto draining = std::move(draining_);
  warmings_.drop();
  const auto arrived = std::exchange(arrived_, {});
  const auto running = std::exchange(running_, {});
  const auto nodes = std::exchange(nodes_, {});
  const auto returned = std::exchange(returned_, {});
  const auto self = std::exchange(self_while_running_, nullptr);
}

void AsyncPool::loop_forked() {
  boost::asio::post(strand_, [self = weak_from_this()] {
    if (const auto pool = self.lock()) pool->disown();
  });
}

bool AsyncPool::is_forked() const noexcept { return generation_ != pg::fork_generation(); }

/// In a forked child what waits would wait for what only the parent does.
void AsyncPool::disown() {
  openings_.disown();
  for (const JobPtr& job : withdraw([](const AsyncJob&) { return true; })) {
    job->fail(std::make_exception_ptr(pg::pool::forked_error()));
  }
  warmings_.end(std::make_exception_ptr(pg::pool::forked_error()));
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
  } else if (is_forked()) {
    job->fail(std::make_exception_ptr(pg::pool::forked_error()));
  } else if (closed_) {
    job->fail(std::make_exception_ptr(Error(ErrorKind::Config, "the client was closed")));
  } else if (machine_.is_shut()) {
    job->fail(std::make_exception_ptr(pg::pool::refusal_error(Refusal::Closed, true, {})));
  } else {
    return true;
  }
  return false;
}

/// Gives connections to those who wait already, and then to those who have come.
void AsyncPool::pump() {
  std::deque<JobPtr> arrived;
  for (JobPtr& job : take_arrived()) {
    if (admit(job)) arrived.push_back(std::move(job));
  }
  for (const ConnectionPtr& connection : std::exchange(returned_, {})) put_back(connection);
  place(arrived);
  if (closed_) shut();
}

// To a job.

void AsyncPool::place(std::deque<JobPtr>& arrived) {
  while (!arrived.empty() && take(arrived)) continue;
  for (const JobPtr& job : arrived) wait(job);
  obey();
}

/// False: no connection is idle.
bool AsyncPool::take(std::deque<JobPtr>& arrived) {
  const auto loan = machine_.take(Clock::now());
  obey();
  if (!loan) return false;
  AsyncConnection& connection = *nodes_[loan->node].connection;
  const bool fine =
      loan->proof == Proof::None ? connection.session().at_rest() : connection.session().quiet();
  if (!fine) {
    give_up(loan->node, Ending::Broken);
    return true;
  }
  if (loan->proof == Proof::Ask) {
    machine_.doubt(loan->node, Clock::now());
    wait(arrived.front());
    arrived.pop_front();
    obey();
    return true;
  }
  JobPtr first = std::move(arrived.front());
  arrived.pop_front();
  serve(loan->node, with_sharers(std::move(first), arrived));
  return true;
}

void AsyncPool::wait(const JobPtr& job) {
  const Moment now = Clock::now();
  if (const auto refusal = machine_.wait(*job, now)) return refuse(job, *refusal, true);
  job->while_waiting = job;
  job->be_patient(pool_settings_.acquire_timeout);
  ring_at(job->patience);
  keep_loop(true);
}

/// Whoever waited is to be served or refused.
AsyncPool::JobPtr AsyncPool::leave_line(Borrower& who) {
  JobPtr job = std::exchange(static_cast<AsyncJob&>(who).while_waiting, nullptr);
  if (machine_.line().empty()) silence();
  return job;
}

/// With those behind it that may be in its packet.
std::vector<AsyncPool::JobPtr> AsyncPool::with_sharers(JobPtr first, std::deque<JobPtr>& others) {
  std::vector<JobPtr> jobs{std::move(first)};
  if (!jobs.front()->may_share()) return jobs;
  while (!others.empty() && others.front()->may_share() && jobs.size() < kMostShared) {
    jobs.push_back(std::move(others.front()));
    others.pop_front();
  }
  return jobs;
}

std::vector<AsyncPool::JobPtr> AsyncPool::with_sharers(JobPtr first) {
  std::vector<JobPtr> jobs{std::move(first)};
  if (!jobs.front()->may_share()) return jobs;
  while (!machine_.line().empty() && jobs.size() < kMostShared) {
    Borrower& next = machine_.line().front();
    if (!static_cast<AsyncJob&>(next).may_share()) break;
    machine_.leave(next);
    jobs.push_back(leave_line(next));
  }
  return jobs;
}

void AsyncPool::serve(NodeId node, std::vector<JobPtr> jobs) {
  Node& lent = nodes_[node];
  const Moment now = Clock::now();
  const JobPtr& first = jobs.front();
  const LeaseLabel label = first->label();
  if (first->ticket != 0) books_.waited(label.text(), now - first->since);
  books_.lent(node, label.text(), now);
  pg::SessionDriver& session = lent.connection->session();
  lent.answers = session.state().answers;
  if (pool_settings_.hooks.before_acquire && !hook_wants(node, jobs)) return;
  if (pool_settings_.label_sessions) session.show_label(label.text());
  if (first->loan == nullptr) return execute(lent.connection, std::move(jobs));
  first->state = AsyncJob::State::Running;
  first->loan(first, lent.connection);
}

/// False: it is closed, and the jobs wait again; or have failed, when the hook has.
bool AsyncPool::hook_wants(NodeId node, const std::vector<JobPtr>& jobs) {
  bool wanted = false;
  std::exception_ptr failure;
  try {
    wanted = pool_settings_.hooks.before_acquire(books_.session(node));
  } catch (const std::exception&) {
    failure = std::current_exception();
  }
  if (wanted) return true;
  give_up(node, Ending::Unwanted);
  std::deque<JobPtr> again;
  for (const JobPtr& job : jobs) failure ? job->fail(failure) : again.push_back(job);
  place(again);
  return false;
}

void AsyncPool::execute(const ConnectionPtr& connection, std::vector<JobPtr> jobs) {
  const auto execution = std::make_shared<Execution>(connection, std::move(jobs));
  running_.push_back(execution);
  self_while_running_ = shared_from_this();
  execution->begin([this, raw = execution.get()] { release(*raw); });
}

// And back.

void AsyncPool::release(const Execution& ended) {
  const std::shared_ptr<AsyncPool> self = self_while_running_;
  const ConnectionPtr& connection = ended.connection();
  std::deque<JobPtr> again;
  for (const JobPtr& job : ended.again()) {
    job->patience = Moment::max();                                  // it has waited
    if (job->state != AsyncJob::State::Over) again.push_back(job);  // else cancelled meanwhile
  }
  std::erase_if(running_, [&ended](const auto& one) { return one.get() == &ended; });
  if (running_.empty()) self_while_running_.reset();
  pg::SessionDriver& session = connection->session();
  const bool idle = session.state().transaction == pg::wire::TransactionStatus::Idle;
  if (!again.empty() && idle && session.usable()) {
    JobPtr first = std::move(again.front());
    again.pop_front();
    execute(connection, with_sharers(std::move(first), again));
  } else {
    returned_.push_back(connection);
  }
  {
    const std::lock_guard lock(mutex_);
    arrived_.insert(arrived_.begin(), again.begin(), again.end());
  }
  post_pump();
}

void AsyncPool::give_back(const ConnectionPtr& connection) {
  put_back(connection);
  pump();
}

/// Frees the session of what was left in it first.
void AsyncPool::put_back(const ConnectionPtr& connection) {
  pg::SessionDriver& session = connection->session();
  if (session.takes_no_writes()) {
    give_up(connection->node(), Ending::ReadOnly);
    if (host_.on_read_only) host_.on_read_only();
    return;
  }
  if (!session.usable() || closed_) return put_clean_back(connection);
  if (!machine_.line().empty() && session.hold_reset(pool_settings_.reset)) {
    return put_clean_back(connection);
  }
  const std::string script = session.reset_script(pool_settings_.reset);
  if (script.empty() && !session.holds_reset()) return put_clean_back(connection);
  connection->run_script(script, pg::deadline_after(pool_settings_.check_timeout),
                         [self = shared_from_this(), connection] {
                           connection->session().state().change = pg::wire::SessionChange::None;
                           self->put_clean_back(connection);
                         });
}

void AsyncPool::put_clean_back(const ConnectionPtr& connection) {
  const NodeId node = connection->node();
  pg::SessionDriver& session = connection->session();
  if (!session.usable()) return give_up(node, Ending::Broken);
  const auto& keeps = pool_settings_.hooks.after_release;
  if (keeps && !keeps(books_.session(node))) return give_up(node, Ending::Unwanted);
  const Moment now = Clock::now();
  books_.returned(node, now);
  machine_.release(node, now, session.state().answers != nodes_[node].answers);
  obey();
}

void AsyncPool::give_up(NodeId node, Ending why) {
  const Moment now = Clock::now();
  books_.returned(node, now);  // does nothing when it has not been lent
  machine_.broken(node, now, why);
  obey();
}

}  // namespace pgjinja::async
