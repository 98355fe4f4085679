#pragma once

#include "async/async_core.hpp"
#include "async/async_job.hpp"

#include <pgjinja/async/call_options.hpp>
#include <pgjinja/async/target.hpp>

#include <memory>
#include <string>
#include <utility>

namespace pgjinja {

/// Executes each job on a connection of the client's pool.
class ClientTarget : public AsyncTemplateTarget {
 public:
  ClientTarget(std::shared_ptr<AsyncCore> core, AsyncCallOptions options)
      : core_(std::move(core)), options_(std::move(options)) {}

  std::shared_ptr<AsyncJob> make_job(std::shared_ptr<BatchCall> call,
                                     std::unique_ptr<detail::Completion> completion) override;
  [[nodiscard]] std::shared_ptr<const Engine> engine() const noexcept override {
    return core_->engine;
  }
  void begin(const std::shared_ptr<AsyncJob>& job) override;
  void cancel(const std::shared_ptr<AsyncJob>& job) override;
  [[nodiscard]] std::shared_ptr<AsyncStreamSource> open_stream(
      Rendering& what, std::shared_ptr<AsyncStreamRows> rows,
      const StreamOptions& options) override;
  [[nodiscard]] std::shared_ptr<AsyncTarget> open_bulk(BulkWork work, std::string user) override;
  [[nodiscard]] ColumnNaming naming() const noexcept override { return core_->engine->naming(); }
  [[nodiscard]] boost::asio::any_io_executor executor() const noexcept override {
    return core_->strand;
  }

 private:
  std::shared_ptr<AsyncCore> core_;
  AsyncCallOptions options_;
};

}  // namespace pgjinja
