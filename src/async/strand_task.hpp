#pragma once

#include "async/async_core.hpp"
#include "async/async_job.hpp"
#include "client/counting_sink.hpp"
#include "pg/pool/errors.hpp"

#include <pgjinja/async/target.hpp>
#include <pgjinja/client/pending.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>

namespace pgjinja {

/// What a StrandTask gives.
template <class T>
class StrandCall final : public BatchCallOf<T> {
 public:
  explicit StrandCall(std::string_view name) : BatchCallOf<T>(name) {}
  CallSink& sink() noexcept override { return sink_; }
  T take() override { return std::move(result); }

  T result{};

 private:
  CountingSink sink_;
};

template <>
class StrandCall<void> final : public BatchCallOf<void> {
 public:
  explicit StrandCall(std::string_view name) : BatchCallOf<void>(name) {}
  CallSink& sink() noexcept override { return sink_; }
  void take() override {}

 private:
  CountingSink sink_;
};

/// Does something on the client's strand that needs no connection, and may take its time.
class StrandTask final : public AsyncTarget {
 public:
  using Done = std::function<void(std::exception_ptr failure)>;
  using Work = std::function<void(Done done)>;

  StrandTask(std::shared_ptr<AsyncCore> core, Work work)
      : core_(std::move(core)), work_(std::move(work)) {}

  std::shared_ptr<AsyncJob> make_job(std::shared_ptr<BatchCall> call,
                                     std::unique_ptr<detail::Completion> completion) override {
    return std::make_shared<AsyncJob>(core_->loop, std::move(call), std::move(completion),
                                      AsyncCallOptions{});
  }
  void begin(const std::shared_ptr<AsyncJob>& job) override {
    boost::asio::post(core_->strand, [work = std::move(work_), job] {
      work([job](const std::exception_ptr& failure) {
        if (job->state == AsyncJob::State::Over) return;
        failure != nullptr ? job->fail(failure) : static_cast<void>(job->end({}));
      });
    });
  }
  /// Nobody waits any more; what was begun goes on.
  void cancel(const std::shared_ptr<AsyncJob>& job) override {
    boost::asio::post(core_->strand,
                      [job] { job->fail(std::make_exception_ptr(pg::pool::stopped_error())); });
  }
  [[nodiscard]] boost::asio::any_io_executor executor() const noexcept override {
    return core_->strand;
  }

 private:
  std::shared_ptr<AsyncCore> core_;
  Work work_;
};

}  // namespace pgjinja
