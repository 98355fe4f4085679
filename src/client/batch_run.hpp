#pragma once

#include "client/buffers.hpp"
#include "client/counting_sink.hpp"
#include "client/local_settings.hpp"
#include "client/opening.hpp"
#include "client/plan.hpp"
#include "client/statement_time.hpp"

#include <pgjinja/client/call_options.hpp>
#include <pgjinja/client/pending.hpp>
#include <pgjinja/client/transaction_options.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/pg/call_limits.hpp>
#include <pgjinja/pg/pipeline.hpp>

#include <cstddef>
#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace pgjinja {

/// A template that stands ready; kept since its errors point into it.
struct BoundCall {
  jinja::Template source;
  Buffers buffers;
  std::shared_ptr<BatchCall> call;
};

/// The calls of a batch that are sent in one packet, and what becomes of each of them. Not movable:
/// its entries point into it.
class BatchRun {
 public:
  /// In one transaction: one that the server opens and ends, or the one that `transaction`
  /// describes. All calls together may take `time`.
  BatchRun(std::vector<BoundCall> calls, const CallOptions& options, StatementTime time,
           const TransactionOptions* transaction);
  /// Each in a transaction of its own.
  BatchRun(std::vector<BoundCall> calls, const CallOptions& options, StatementTime time);
  BatchRun(const BatchRun&) = delete;
  BatchRun& operator=(const BatchRun&) = delete;

  [[nodiscard]] std::span<pg::PipelineEntry> entries() noexcept { return entries_; }
  [[nodiscard]] pg::Grouping grouping() const noexcept { return grouping_; }
  /// When it is sent now.
  [[nodiscard]] pg::CallLimits limits() const {
    return limits_of({.deadline = options_.deadline, .stop = options_.stop}, time_);
  }

  /// Tells each call what became of it, once the pipeline has ended. `thrown`: what that threw; it
  /// has not been sent then. @throws as Batch::run(), or as Batch::run_each().
  void settle(const std::exception_ptr& thrown);
  /// Nothing of it was sent, for this reason.
  void fail(const std::exception_ptr& failure);

 private:
  void append_calls(const SettingsOfCall& settings);
  void refuse_left_open();
  void settle_together();
  void settle_one(std::size_t index, pg::PipelineEntry& entry);
  [[nodiscard]] std::exception_ptr placed_failure(std::size_t index,
                                                  const pg::PipelineEntry& entry) const;

  std::vector<BoundCall> calls_;
  CallOptions options_;
  StatementTime time_;
  pg::Grouping grouping_;
  std::optional<Opening> opening_;
  LocalSettings settings_;
  CountingSink nobody_;
  std::vector<pg::PipelineEntry> entries_;
  std::list<PlanSwitch> plans_;      // a list: entries point into it
  std::vector<std::size_t> places_;  // the entry of each call
};

}  // namespace pgjinja
