#pragma once

#include "async/async_cluster.hpp"
#include "async/async_connection.hpp"
#include "async/async_job.hpp"
#include "async/side_task.hpp"
#include "pg/wire/listen_machine.hpp"

#include <pgjinja/async/call_options.hpp>
#include <pgjinja/async/target.hpp>
#include <pgjinja/pg/notice.hpp>
#include <pgjinja/pg/settings.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace pgjinja {

/// Each job waits for a notification, on a session of their own. All but make_job(), begin(),
/// cancel() and abandon() happens on the strand.
class ListenTarget final : public AsyncTarget, public std::enable_shared_from_this<ListenTarget> {
 public:
  using JobPtr = std::shared_ptr<AsyncJob>;

  explicit ListenTarget(boost::asio::any_io_executor strand) : strand_(std::move(strand)) {}

  JobPtr make_job(std::shared_ptr<BatchCall> call,
                  std::unique_ptr<detail::Completion> completion) override;
  void begin(const JobPtr& job) override;
  void cancel(const JobPtr& job) override;
  [[nodiscard]] boost::asio::any_io_executor executor() const noexcept override { return strand_; }

  /// The session that has been opened for it.
  void take(std::unique_ptr<pg::SessionDriver> session);
  /// Nobody listens any more: ends the session. From any thread.
  void abandon() noexcept;
  /// What the job that ended last was told: for its handler, before another one begins.
  [[nodiscard]] pg::Notification take_answer() { return std::move(answer_); }

 private:
  void serve(const JobPtr& job);
  void heard();
  void answer();
  void fail(const std::exception_ptr& failure);

  boost::asio::any_io_executor strand_;
  std::shared_ptr<async::AsyncConnection> connection_;  // none: it has ended
  std::optional<pg::wire::ListenMachine> machine_;
  JobPtr job_;  // who waits
  pg::Notification answer_;
  std::exception_ptr failure_;  // of the session, for all who ask from then on
};

/// Opens the session of a listener.
class ListenOpening final : public AsyncTarget, public std::enable_shared_from_this<ListenOpening> {
 public:
  using JobPtr = std::shared_ptr<AsyncJob>;

  ListenOpening(std::shared_ptr<ListenTarget> listener, async::AsyncCluster::Locator locate,
                std::vector<std::string> channels, AsyncCallOptions options)
      : listener_(std::move(listener)),
        locate_(std::move(locate)),
        channels_(std::move(channels)),
        options_(std::move(options)) {}

  JobPtr make_job(std::shared_ptr<BatchCall> call,
                  std::unique_ptr<detail::Completion> completion) override;
  void begin(const JobPtr& job) override;
  void cancel(const JobPtr& job) override;
  [[nodiscard]] boost::asio::any_io_executor executor() const noexcept override {
    return listener_->executor();
  }

 private:
  struct Result {
    std::unique_ptr<pg::SessionDriver> session;
    std::exception_ptr failure;
  };
  void open(const JobPtr& job);
  void opened(const JobPtr& job, Result& result);

  std::shared_ptr<ListenTarget> listener_;
  async::AsyncCluster::Locator locate_;
  std::vector<std::string> channels_;
  AsyncCallOptions options_;
  std::optional<async::SideTask> task_;
};

}  // namespace pgjinja
