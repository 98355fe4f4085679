#pragma once

#include "async/async_connection.hpp"
#include "async/async_job.hpp"
#include "async/async_openings.hpp"
#include "async/loop_end.hpp"
#include "async/ticker.hpp"
#include "async/warmings.hpp"
#include "pg/pool/books.hpp"
#include "pg/pool/errors.hpp"
#include "pg/pool/machine.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/pool_settings.hpp>
#include <pgjinja/pg/pool_statistics.hpp>
#include <pgjinja/pg/settings.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace pgjinja::async {

class Execution;

/// The connections of an AsyncClient, and the jobs that wait for them, first come, first served: a
/// driver of the same machine as the blocking pool's. All methods but begin() are to be called on
/// its executor, a strand.
///
/// Connections are given to jobs by pump(), which is posted once for all that has come together by
/// then: callers that ended at once and begin anew share packets, and what is read is read before
/// the next statements are sent.
class AsyncPool final : public std::enable_shared_from_this<AsyncPool>, private EndsWithLoop {
 public:
  using JobPtr = std::shared_ptr<AsyncJob>;
  using ConnectionPtr = std::shared_ptr<AsyncConnection>;

  /// Whose pool it is, of several.
  struct Host {
    std::size_t number = 0;
    /// Takes a job over that is to be refused, since the host cannot be reached; false: it does
    /// not.
    std::function<bool(const JobPtr& job, const Error& why)> elsewhere = nullptr;
    /// A session has refused to write, as its server does.
    std::function<void()> on_read_only = nullptr;
  };

  /// @throws as pg::Pool's constructor.
  AsyncPool(boost::asio::any_io_executor strand, pg::Settings settings,
            pg::PoolSettings pool_settings, Host host);
  ~AsyncPool() override;

  /// Executes the job as soon as a connection is free. From any thread; calls no handler by itself.
  void begin(const JobPtr& job);
  void cancel(const JobPtr& job);
  /// A connection that a job has taken over.
  void give_back(const ConnectionPtr& connection);
  /// Takes those out of its line for which that holds.
  std::vector<JobPtr> withdraw(const std::function<bool(const AsyncJob& job)>& which);
  void renew();
  /// Opens min_size connections. `then` is called when they are there, or with why they are not.
  void prewarm(Warmings::Then then);
  /// Nothing new begins, and what waits fails. `then` is called when all that runs has come back,
  /// which is cancelled at the deadline, with whether it has by a moment after that.
  void drain(std::chrono::steady_clock::time_point deadline, std::function<void(bool)> then);
  /// Nothing new begins: what waits fails, what runs is finished.
  void close();
  /// How many jobs it has: those with a connection, and those that wait.
  [[nodiscard]] std::size_t outstanding();
  [[nodiscard]] pg::PoolStatistics statistics() const;

 private:
  using NodeId = pg::pool::NodeId;
  using Moment = pg::pool::Moment;
  /// The right to a connection, and what is there.
  struct Node {
    ConnectionPtr connection;
    std::uint64_t answers = 0;  // of the server, when it was lent
  };

  void loop_ended() noexcept override;
  void loop_forked() override;
  [[nodiscard]] bool is_forked() const noexcept;
  void disown();
  void post_pump();
  void pump();
  std::vector<JobPtr> take_arrived();
  bool admit(const JobPtr& job);

  // To a job.
  void place(std::deque<JobPtr>& arrived);
  bool take(std::deque<JobPtr>& arrived);
  void wait(const JobPtr& job);
  JobPtr leave_line(pg::pool::Borrower& who);
  std::vector<JobPtr> with_sharers(JobPtr first, std::deque<JobPtr>& others);
  std::vector<JobPtr> with_sharers(JobPtr first);
  void serve(NodeId node, std::vector<JobPtr> jobs);
  bool hook_wants(NodeId node, const std::vector<JobPtr>& jobs);
  void execute(const ConnectionPtr& connection, std::vector<JobPtr> jobs);

  // And back.
  void release(const Execution& ended);
  void put_back(const ConnectionPtr& connection);
  void put_clean_back(const ConnectionPtr& connection);
  void give_up(NodeId node, pg::pool::Ending why);

  // What the machine orders.
  void obey();
  void obey(const pg::pool::Order& order);
  void open(NodeId node);  // not in a forked child
  void opened(NodeId node, AsyncOpenings::Opened opening);
  void check(NodeId node);
  void close(NodeId node);
  void refuse(const JobPtr& job, pg::pool::Refusal why, bool fast);
  [[nodiscard]] pg::pool::Situation situation() const;
  void tell(pg::PoolEvent event) const;
  void note_breaker(Moment now);

  // When it is time.
  void tick();
  void set_ticker(Moment now);
  void keep_loop(bool busy);
  void ring_at(Moment moment);
  void on_alarm();
  void silence();
  void fail_impatient(const JobPtr& job);
  void shut();

  // From the beginning.
  void watch_warmings();
  void end_warmings(pg::pool::Refusal why);

  // To the end.
  struct Draining {
    boost::asio::steady_timer timer;
    Moment end;  // of the patience with those that are cancelled
    std::function<void(bool)> then;
  };
  void watch_drain();
  void cancel_lent();
  void end_drain(bool all);

  Host host_;
  boost::asio::any_io_executor strand_;
  pg::Settings settings_;
  pg::PoolSettings pool_settings_;
  std::mutex mutex_;             // of the next
  std::vector<JobPtr> arrived_;  // have begun, and wait for pump()
  std::atomic<bool> pump_posted_ = false;

  pg::pool::Machine machine_;
  pg::pool::Books books_;
  AsyncOpenings openings_;
  std::uint64_t generation_;  // of the process that it was made in
  std::vector<Node> nodes_;
  std::vector<ConnectionPtr> returned_;  // by executions, for pump()
  std::optional<Error> last_failure_;    // of the openings that fail now

  std::optional<Ticker> ticker_;       // made when it is needed
  boost::asio::steady_timer alarm_;    // one for all that wait: most of them never need it
  Moment alarm_time_ = Moment::max();  // not later than any one's patience
  std::optional<boost::asio::any_io_executor> waiting_work_;  // keeps the loop while jobs wait
  std::vector<std::shared_ptr<Execution>> running_;
  std::shared_ptr<AsyncPool> self_while_running_;  // what runs is finished
  Warmings warmings_;
  std::unique_ptr<Draining> draining_;
  bool closed_ = false;
};

}  // namespace pgjinja::async
