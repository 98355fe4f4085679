#pragma once

#include "async/async_connection.hpp"
#include "async/async_job.hpp"
#include "client/local_settings.hpp"
#include "pg/wire/execute_machine.hpp"
#include "pg/wire/pipeline_machine.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace pgjinja::async {

/// One packet of one or more jobs on a connection, and what becomes of it.
class Execution : public std::enable_shared_from_this<Execution> {
 public:
  using JobPtr = std::shared_ptr<AsyncJob>;

  Execution(std::shared_ptr<AsyncConnection> connection, std::vector<JobPtr> jobs)
      : connection_(std::move(connection)), jobs_(std::move(jobs)) {}

  /// Sends it; `then` is called when all jobs have ended. A transaction may have been left open.
  /// Until then it has to be kept alive.
  void begin(std::function<void()> then);
  /// Cancels the job, if it is one of these: at the server, when it is alone.
  void cancel(const JobPtr& job);

  [[nodiscard]] const std::shared_ptr<AsyncConnection>& connection() const noexcept {
    return connection_;
  }
  /// Those that are to be executed again: with their next statement, or since this one was refused
  /// as stale before it began.
  [[nodiscard]] const std::vector<JobPtr>& again() const noexcept { return again_; }

 private:
  void begin_one(const JobPtr& job);
  void begin_with_settings(const JobPtr& job);
  void begin_shared();
  void time_out(const JobPtr& job, const pg::CallLimits& limits);
  void end_one();
  void fail_or_repeat(const JobPtr& job, const std::exception_ptr& failure);
  void end_with_settings();
  void end_job(const JobPtr& job, pg::Outcome outcome);
  void repeat(const JobPtr& job);
  void end_shared();
  void release();

  std::shared_ptr<AsyncConnection> connection_;
  std::vector<JobPtr> jobs_;
  std::vector<JobPtr> again_;
  std::function<void()> then_;
  std::optional<pg::wire::ExecuteMachine> machine_;
  std::optional<LocalSettings> settings_;
  std::vector<pg::PipelineEntry> entries_;
  std::optional<pg::wire::PipelineMachine> pipeline_;
};

}  // namespace pgjinja::async
