#include "async/async_pool.hpp"

#include "async/execution.hpp"
#include "pg/cancel_request.hpp"
#include "pg/deadline.hpp"
#include "pg/fork_generation.hpp"
#include "pg/pool/opening.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/connection.hpp>

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>

namespace pgjinja::async {

using pg::pool::Borrower;
using pg::pool::Clock;
using pg::pool::Ending;
using pg::pool::Machine;
using pg::pool::NodeState;
using pg::pool::Order;
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
  } else if (generation_ != pg::fork_generation()) {
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
  const std::string script = session.reset_script(pool_settings_.reset);
  if (script.empty()) return put_clean_back(connection);
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

// What the machine orders.

void AsyncPool::obey() {
  // Each order may bring others, and obey() is called for them as well.
  while (!machine_.orders().empty()) {
    const std::vector<Order> orders = machine_.orders();
    machine_.clear_orders();
    for (const Order& order : orders) obey(order);
  }
  const Moment now = Clock::now();
  books_.sizes(machine_.sizes());
  note_breaker(now);
  set_ticker(now);
  watch_drain();
  watch_warmings();
}

void AsyncPool::obey(const Order& order) {
  switch (order.kind) {
    case Order::Kind::Open: return open(order.node);
    case Order::Kind::Check: return check(order.node);
    case Order::Kind::Close:
      books_.closed(order.ending);
      tell({.kind = pg::PoolEvent::Kind::Closed,
            .backend_pid = books_.session(order.node).backend_pid,
            .text = std::string(pg::pool::ending_name(order.ending))});
      return close(order.node);
    case Order::Kind::Serve: return serve(order.node, with_sharers(leave_line(*order.who)));
    case Order::Kind::Refuse: return refuse(leave_line(*order.who), order.refusal, false);
    case Order::Kind::Leak:
      return tell({.kind = pg::PoolEvent::Kind::Leak,
                   .backend_pid = books_.session(order.node).backend_pid,
                   .label = std::string(books_.session(order.node).label),
                   .time = Clock::now() - machine_.lent_since(order.node)});
    case Order::Kind::Alarm: return;
  }
}

void AsyncPool::open(NodeId node) {
  if (node >= nodes_.size()) nodes_.resize(node + std::size_t{1});
  openings_.begin([self = weak_from_this(), node](AsyncOpenings::Opened opening) {
    if (const auto pool = self.lock()) pool->opened(node, std::move(opening));
  });
}

void AsyncPool::opened(NodeId node, AsyncOpenings::Opened opening) {
  const Moment now = Clock::now();
  if (opening.failure) {
    last_failure_ = opening.failure;
    books_.opening_failed(opening.failure->sqlstate());
    tell({.kind = pg::PoolEvent::Kind::OpeningFailed, .text = opening.failure->what()});
    machine_.opening_failed(node, now, pg::pool::obstacle_of(*opening.failure));
  } else {
    last_failure_.reset();
    const std::uint32_t pid = opening.session->session().backend_pid();
    nodes_[node].connection =
        std::make_shared<AsyncConnection>(strand_, std::move(opening.session), node, host_.number);
    books_.opened(node, pid, now, opening.took);
    tell({.kind = pg::PoolEvent::Kind::Opened, .backend_pid = pid, .time = opening.took});
    machine_.opened(node, now);
  }
  obey();
  pump();
}

void AsyncPool::check(NodeId node) {
  AsyncConnection& connection = *nodes_[node].connection;
  connection.run_script("", pg::deadline_after(pool_settings_.check_timeout),
                        [self = shared_from_this(), node] {
                          const bool alive = self->nodes_[node].connection->session().usable();
                          self->machine_.checked(node, Clock::now(), alive);
                          self->obey();
                        });
}

void AsyncPool::close(NodeId node) {
  if (pool_settings_.hooks.on_close) pool_settings_.hooks.on_close(books_.session(node));
  const auto gone = [this, node] {
    nodes_[node].connection.reset();
    machine_.closed(node, Clock::now());
  };
  if (closed_) return gone();
  nodes_[node].connection->take_leave(pg::pool::kFarewell, [self = shared_from_this(), gone] {
    gone();
    self->obey();
  });
}

void AsyncPool::refuse(const JobPtr& job, Refusal why, bool fast) {
  if (why == Refusal::Closed && closed_) {
    books_.refused(pg::pool::refusal_name(why), job->label().text());
    return job->fail(std::make_exception_ptr(
        Error(ErrorKind::Config, "the client was closed while a connection was awaited")));
  }
  const Error error = pg::pool::refusal_error(why, fast, situation());
  if (why == Refusal::Unreachable && host_.elsewhere && host_.elsewhere(job, error)) return;
  books_.refused(pg::pool::refusal_name(why), job->label().text());
  job->fail(std::make_exception_ptr(error));
}

pg::pool::Situation AsyncPool::situation() const {
  return pg::pool::situation_of(machine_, books_, last_failure_);
}

void AsyncPool::tell(pg::PoolEvent event) const {
  if (pool_settings_.hooks.on_event) pool_settings_.hooks.on_event(event);
}

void AsyncPool::note_breaker(Moment now) {
  if (auto news = books_.breaker(machine_.reach(), now)) tell(*std::move(news));
}

// When it is time.

void AsyncPool::tick() {
  if (closed_) return;
  machine_.tick(Clock::now());
  obey();
}

/// Borrowing and giving back by themselves set nothing: it is looked at often enough.
void AsyncPool::set_ticker(Moment now) {
  if (closed_) return;
  Moment next = machine_.next_tick(now);
  if (machine_.sizes().open > 0) next = std::min(next, now + pg::pool::patrol_of(pool_settings_));
  if (next == Moment::max()) return;
  if (!ticker_) {
    ticker_.emplace(strand_, [self = weak_from_this()] {
      if (const auto pool = self.lock()) pool->tick();
    });
  }
  ticker_->set(next);
}

/// The loop must not end while a job waits for what only the ticker will bring.
void AsyncPool::keep_loop(bool busy) {
  if (busy == waiting_work_.has_value()) return;
  if (!busy) return waiting_work_.reset();
  waiting_work_ = boost::asio::prefer(strand_, boost::asio::execution::outstanding_work.tracked);
}

/// Earlier than it would ring anyway.
void AsyncPool::ring_at(Moment moment) {
  if (moment >= alarm_time_) return;
  alarm_time_ = moment;
  alarm_.expires_at(moment);
  alarm_.async_wait([self = weak_from_this()](const boost::system::error_code& error) {
    const auto pool = self.lock();
    if (!error && pool != nullptr) pool->on_alarm();
  });
}

void AsyncPool::on_alarm() {
  alarm_time_ = Moment::max();
  const Moment now = Clock::now();
  for (Borrower* who : machine_.line().all()) {
    auto& job = static_cast<AsyncJob&>(*who);
    if (now < job.patience) {
      ring_at(job.patience);
    } else {
      machine_.leave(*who);
      fail_impatient(leave_line(*who));
    }
  }
}

/// An alarm that nobody waits for any more would keep the executor at work.
void AsyncPool::silence() {
  keep_loop(false);
  if (alarm_time_ == Moment::max()) return;
  alarm_time_ = Moment::max();
  alarm_.cancel();
}

void AsyncPool::fail_impatient(const JobPtr& job) {
  const std::string limit = job->patience_name.empty()
                                ? pg::pool::acquire_timeout_name(pool_settings_.acquire_timeout)
                                : std::string(job->patience_name);
  books_.refused("timeout", job->label().text());
  job->fail(std::make_exception_ptr(pg::pool::timeout_error(limit, situation())));
}

void AsyncPool::cancel(const JobPtr& job) {
  if (job->state == AsyncJob::State::Over) return;
  if (job->state == AsyncJob::State::Running) {
    const auto running = running_;
    for (const std::shared_ptr<Execution>& execution : running) execution->cancel(job);
    return;
  }
  if (machine_.leave(*job)) leave_line(*job);
  books_.refused("cancelled", job->label().text());
  job->fail(std::make_exception_ptr(pg::pool::stopped_error()));
}

std::vector<AsyncPool::JobPtr> AsyncPool::withdraw(
    const std::function<bool(const AsyncJob& job)>& which) {
  std::vector<JobPtr> taken;
  for (Borrower* who : machine_.line().all()) {
    if (!which(static_cast<const AsyncJob&>(*who))) continue;
    machine_.leave(*who);
    taken.push_back(leave_line(*who));
    taken.back()->ticket = 0;  // it was for this line
  }
  return taken;
}

std::size_t AsyncPool::outstanding() {
  const Machine::Sizes sizes = machine_.sizes();
  const std::lock_guard lock(mutex_);
  return sizes.lent + sizes.waiting + arrived_.size();
}

pg::PoolStatistics AsyncPool::statistics() const {
  pg::PoolStatistics statistics = books_.statistics(machine_.sizes());
  statistics.breaker_open = machine_.reach().broken(Clock::now());
  return statistics;
}

void AsyncPool::renew() {
  machine_.renew(Clock::now());
  obey();
}

// From the beginning.

void AsyncPool::prewarm(Warmings::Then then) {
  if (generation_ != pg::fork_generation()) {
    return then(std::make_exception_ptr(pg::pool::forked_error()));
  }
  if (machine_.is_shut()) {
    return then(std::make_exception_ptr(pg::pool::refusal_error(Refusal::Closed, true, {})));
  }
  const auto late = [self = weak_from_this()] {
    const auto pool = self.lock();
    if (pool == nullptr) return std::make_exception_ptr(pg::pool::stopped_error());
    return std::make_exception_ptr(pg::pool::timeout_error(
        pg::pool::acquire_timeout_name(pool->pool_settings_.acquire_timeout), pool->situation()));
  };
  warmings_.add(pg::deadline_after(pool_settings_.acquire_timeout), late, std::move(then));
  machine_.start(Clock::now());
  obey();
}

void AsyncPool::watch_warmings() {
  if (warmings_.empty()) return;
  const Machine::Sizes sizes = machine_.sizes();
  if (machine_.is_shut()) {
    end_warmings(Refusal::Closed);
  } else if (sizes.idle + sizes.lent >= pool_settings_.min_size) {
    warmings_.end(nullptr);
  } else if (machine_.reach().failing_since() && sizes.opening == 0) {
    end_warmings(Refusal::Unreachable);
  }
}

void AsyncPool::end_warmings(Refusal why) {
  warmings_.end(std::make_exception_ptr(pg::pool::refusal_error(why, false, situation())));
}

// To the end.

struct AsyncPool::Draining {
  boost::asio::steady_timer timer;
  Moment end;  // of the patience with those that are cancelled
  std::function<void(bool)> then;
};

void AsyncPool::drain(std::chrono::steady_clock::time_point deadline,
                      std::function<void(bool)> then) {
  if (draining_ != nullptr || closed_) return then(machine_.sizes().lent == 0);
  const Moment end = pg::pool::later(deadline, settings_.cancel_patience);
  draining_ = std::make_unique<Draining>(
      Draining{boost::asio::steady_timer(strand_, deadline), end, std::move(then)});
  draining_->timer.async_wait([self = weak_from_this()](const boost::system::error_code& error) {
    const auto pool = self.lock();
    if (!error && pool != nullptr) pool->cancel_lent();
  });
  machine_.shut(Clock::now());
  obey();
}

/// Again and again: a job may have sent its next statement meanwhile.
void AsyncPool::cancel_lent() {
  if (draining_ == nullptr) return;
  if (Clock::now() >= draining_->end) return end_drain(false);
  for (NodeId node = 0; node < machine_.nodes(); ++node) {
    if (machine_.state_of(node) == NodeState::Lent) nodes_[node].connection->cancel();
  }
  draining_->timer.expires_after(pg::kCancelAgain);
  draining_->timer.async_wait([self = weak_from_this()](const boost::system::error_code& error) {
    const auto pool = self.lock();
    if (!error && pool != nullptr) pool->cancel_lent();
  });
}

void AsyncPool::watch_drain() {
  if (draining_ != nullptr && machine_.sizes().lent == 0) end_drain(true);
}

void AsyncPool::end_drain(bool all) {
  const std::unique_ptr<Draining> draining = std::move(draining_);
  draining->timer.cancel();
  draining->then(all);
}

void AsyncPool::close() {
  closed_ = true;
  pump();
}

/// What pump() leaves when the client is closed.
void AsyncPool::shut() {
  machine_.shut(Clock::now());
  obey();
  ticker_.reset();
  openings_.stop();
  silence();
}

}  // namespace pgjinja::async
