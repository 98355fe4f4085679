// What a pool does by itself: what its machine orders, what is due at a time, its beginning and its
// end.

#include "async/async_pool.hpp"
#include "async/execution.hpp"
#include "pg/cancel_request.hpp"
#include "pg/deadline.hpp"
#include "pg/pool/opening.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/prefer.hpp>

namespace pgjinja::async {

using pg::pool::Borrower;
using pg::pool::Clock;
using pg::pool::Machine;
using pg::pool::NodeState;
using pg::pool::Order;
using pg::pool::Refusal;

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
  if (is_forked()) return;
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
  if (is_forked()) {
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
