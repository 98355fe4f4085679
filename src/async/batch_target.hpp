#pragma once

#include "async/lender.hpp"
#include "client/batch_run.hpp"
#include "pg/wire/pipeline_machine.hpp"

#include <pgjinja/async/call_options.hpp>
#include <pgjinja/async/target.hpp>

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

namespace pgjinja {

/// Executes the calls of a batch, once, on a connection that it borrows for that. But for
/// make_job(), begin() and cancel() all happens on the client's strand.
class AsyncBatchTarget final : public AsyncTarget,
                               public std::enable_shared_from_this<AsyncBatchTarget> {
 public:
  using JobPtr = std::shared_ptr<AsyncJob>;

  /// `run`: nullptr when there is nothing to be executed.
  AsyncBatchTarget(boost::asio::any_io_executor strand, std::shared_ptr<async::Lender> lender,
                   AsyncCallOptions options, std::unique_ptr<BatchRun> run)
      : strand_(std::move(strand)),
        lender_(std::move(lender)),
        options_(std::move(options)),
        run_(std::move(run)) {}

  JobPtr make_job(std::shared_ptr<BatchCall> call,
                  std::unique_ptr<detail::Completion> completion) override;
  void begin(const JobPtr& job) override;
  void cancel(const JobPtr& job) override;
  [[nodiscard]] boost::asio::any_io_executor executor() const noexcept override { return strand_; }

 private:
  void borrow(const JobPtr& job);
  void send();
  [[nodiscard]] bool is_lost_unbegun() const;
  void send_on_another();
  void settle(const std::exception_ptr& thrown);
  void end(const std::exception_ptr& failure);

  boost::asio::any_io_executor strand_;
  std::shared_ptr<async::Lender> lender_;
  AsyncCallOptions options_;
  std::unique_ptr<BatchRun> run_;

  JobPtr job_;                       // while it is under way
  std::weak_ptr<AsyncJob> waiting_;  // for a connection
  bool cancelled_ = false;
  std::size_t attempts_ = 0;
  std::shared_ptr<async::AsyncConnection> connection_;
  std::optional<pg::wire::PipelineMachine> machine_;
};

}  // namespace pgjinja
