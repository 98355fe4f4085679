#pragma once

#include "async/bound_statement.hpp"
#include "async/lender.hpp"
#include "pg/wire/stream_machine.hpp"

#include <pgjinja/async/call_options.hpp>
#include <pgjinja/async/stream.hpp>

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

namespace pgjinja {

/// Executes a statement as its rows are asked for, on a connection that it borrows for that. But
/// for bind(), make_job(), begin(), cancel() and abandon() all happens on the client's strand.
class AsyncStreamTarget final : public AsyncStreamSource,
                                public std::enable_shared_from_this<AsyncStreamTarget> {
 public:
  using JobPtr = std::shared_ptr<AsyncJob>;

  AsyncStreamTarget(boost::asio::any_io_executor strand, std::shared_ptr<async::Lender> lender,
                    AsyncCallOptions options, std::shared_ptr<AsyncStreamRows> rows,
                    std::uint32_t fetch_size)
      : strand_(std::move(strand)),
        lender_(std::move(lender)),
        options_(std::move(options)),
        rows_(std::move(rows)),
        fetch_size_(fetch_size) {}

  /// What is to be executed. To be called once, before anything else.
  void bind(const Engine& engine, Rendering& what);

  JobPtr make_job(std::shared_ptr<BatchCall> call,
                  std::unique_ptr<detail::Completion> completion) override;
  void begin(const JobPtr& job) override;
  void cancel(const JobPtr& job) override;
  [[nodiscard]] boost::asio::any_io_executor executor() const noexcept override { return strand_; }
  [[nodiscard]] bool asked() const noexcept override { return asked_; }
  void abandon() noexcept override;

 private:
  void serve(const JobPtr& job);
  void borrow();
  void open();
  void proceed();
  void paused();
  void ended();
  [[nodiscard]] bool begins_anew(const Error& error);
  bool hand_on(bool more);
  void interrupt();
  void leave();
  void give_back();
  void answer();
  void fail(const std::exception_ptr& failure);
  void end_with(std::exception_ptr failure);

  boost::asio::any_io_executor strand_;
  std::shared_ptr<async::Lender> lender_;
  AsyncCallOptions options_;
  std::shared_ptr<AsyncStreamRows> rows_;
  std::uint32_t fetch_size_;
  BoundStatement bound_;
  std::atomic<bool> asked_ = false;

  JobPtr job_;                       // who has asked
  std::weak_ptr<AsyncJob> waiting_;  // for a connection
  std::shared_ptr<async::AsyncConnection> connection_;
  std::optional<pg::wire::StreamMachine> machine_;
  std::size_t attempts_ = 0;
  bool abandoned_ = false;
  bool interrupted_ = false;    // whoever asked wanted no answer any more
  bool leaving_ = false;        // the connection is being given back
  bool over_ = false;           // all rows have come
  std::exception_ptr failure_;  // the end, for all who ask from now on
};

}  // namespace pgjinja
