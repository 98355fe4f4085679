#pragma once

#include "async/async_core.hpp"
#include "async/lender.hpp"
#include "async/side_task.hpp"

#include <pgjinja/async/bulk.hpp>
#include <pgjinja/async/call_options.hpp>
#include <pgjinja/async/target.hpp>

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include <boost/asio/any_io_executor.hpp>

namespace pgjinja {

/// Has work done on a thread of its own, over a session that it borrows for that. But for
/// make_job(), begin() and cancel() all happens on the client's strand.
class BulkTarget final : public AsyncTarget, public std::enable_shared_from_this<BulkTarget> {
 public:
  using JobPtr = std::shared_ptr<AsyncJob>;

  /// `user` is what is executed, as messages call it.
  BulkTarget(const AsyncCore& core, std::shared_ptr<async::Lender> lender, AsyncCallOptions options,
             BulkWork work, std::string user)
      : strand_(core.strand),
        loop_(core.loop),
        engine_(core.engine),
        lender_(std::move(lender)),
        options_(std::move(options)),
        work_(std::move(work)),
        user_(std::move(user)) {}
  ~BulkTarget() override { stop_.request_stop(); }
  BulkTarget(const BulkTarget&) = delete;
  BulkTarget& operator=(const BulkTarget&) = delete;

  JobPtr make_job(std::shared_ptr<BatchCall> call,
                  std::unique_ptr<detail::Completion> completion) override;
  void begin(const JobPtr& job) override;
  void cancel(const JobPtr& job) override;
  [[nodiscard]] boost::asio::any_io_executor executor() const noexcept override { return strand_; }

 private:
  struct Result {
    std::int64_t count = 0;
    std::exception_ptr failure;
  };
  void borrow(const JobPtr& job);
  void start();
  void ended(const Result& result);

  boost::asio::any_io_executor strand_;
  async::LoopEnd& loop_;
  std::shared_ptr<Engine> engine_;
  std::shared_ptr<async::Lender> lender_;
  AsyncCallOptions options_;
  BulkWork work_;
  std::string user_;
  std::stop_source stop_;

  JobPtr job_;                       // while it is under way
  std::weak_ptr<AsyncJob> waiting_;  // for a connection
  std::shared_ptr<async::AsyncConnection> connection_;
  std::optional<async::SideTask> task_;
};

}  // namespace pgjinja
