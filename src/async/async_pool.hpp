#pragma once

#include "async/async_connection.hpp"
#include "async/async_job.hpp"
#include "async/loop_end.hpp"
#include "async/side_task.hpp"

#include <pgjinja/pg/pool_settings.hpp>
#include <pgjinja/pg/settings.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace pgjinja::async {

class Execution;

/// The connections of an AsyncClient, and the jobs that wait for them, first come, first served.
/// All methods but begin() are to be called on its executor, a strand.
///
/// Connections are given to jobs by pump(), which is posted once for all that has come together by
/// then: callers that ended at once and begin anew share packets, and what is read is read before
/// the next statements are sent.
class AsyncPool final : public std::enable_shared_from_this<AsyncPool>, private EndsWithLoop {
 public:
  using JobPtr = std::shared_ptr<AsyncJob>;

  /// @throws as pg::Pool's constructor.
  AsyncPool(boost::asio::any_io_executor strand, pg::Settings settings,
            pg::PoolSettings pool_settings);
  ~AsyncPool() override;

  /// Executes the job as soon as a connection is free. From any thread; calls no handler by itself.
  void begin(const JobPtr& job);
  void cancel(const JobPtr& job);
  /// A connection that a job has taken over, in no transaction any more.
  void give_back(std::shared_ptr<AsyncConnection> connection);
  /// Nothing new begins: what waits fails, what runs is finished.
  void close();

 private:
  using Clock = std::chrono::steady_clock;
  struct Opening;

  void loop_ended() noexcept override;
  void post_pump();
  void pump();
  void shut();
  std::vector<JobPtr> take_arrived();
  bool admit(const JobPtr& job);
  std::shared_ptr<AsyncConnection> take_free();
  std::vector<JobPtr> take_jobs();
  /// Gives the connection to the jobs that are next.
  void serve(std::shared_ptr<AsyncConnection> connection);
  void keep(std::shared_ptr<AsyncConnection> connection);
  void lend(std::shared_ptr<AsyncConnection> connection, const JobPtr& job);
  void execute(std::shared_ptr<AsyncConnection> connection, std::vector<JobPtr> jobs);
  /// An execution has come to its end.
  void release(const Execution& ended);
  void open();
  void opened(std::list<Opening>::iterator opening);
  void fail_first(const std::exception_ptr& failure);
  void wait_for_connection(const JobPtr& job);
  void ring_at(Clock::time_point moment);
  void on_alarm();
  void silence();
  void refuse_impatient();
  void fail_impatient(const JobPtr& job);

  boost::asio::any_io_executor strand_;
  pg::Settings settings_;
  pg::PoolSettings pool_settings_;
  std::mutex mutex_;             // of the next
  std::vector<JobPtr> arrived_;  // have begun, and wait for pump()
  std::atomic<bool> pump_posted_ = false;

  std::deque<JobPtr> waiting_;
  boost::asio::steady_timer alarm_;  // one for all that wait: most of them never need it
  Clock::time_point alarm_time_ = Clock::time_point::max();  // not later than any one's patience
  std::vector<std::shared_ptr<AsyncConnection>> idle_;       // the one used last is at the end
  std::vector<std::shared_ptr<Execution>> running_;
  std::shared_ptr<AsyncPool> self_while_running_;  // what runs is finished
  std::list<Opening> openings_;
  std::size_t open_ = 0;  // connections that exist or are being opened
  bool closed_ = false;
};

}  // namespace pgjinja::async
