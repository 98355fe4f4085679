#pragma once

#include "client/buffers.hpp"
#include "client/engine.hpp"

#include <pgjinja/client/pending.hpp>
#include <pgjinja/client/transaction_options.hpp>
#include <pgjinja/core/context.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/pg/pipeline.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace pgjinja {

/// The calls of a Batch, bound and waiting, and how they are sent.
class BatchState {
 public:
  BatchState(std::shared_ptr<Engine> engine, CallOptions options)
      : engine_(std::move(engine)), options_(std::move(options)) {}

  [[nodiscard]] ColumnNaming naming() const noexcept { return engine_->naming(); }
  void add(const Context& arguments, std::shared_ptr<BatchCall> call);
  [[nodiscard]] std::size_t size() const noexcept { return calls_.size(); }
  /// In one transaction: one that the server opens and ends, or the one that `options` describe.
  void run(const TransactionOptions* options);
  void run_each();

 private:
  /// A template that stands ready; kept since its errors point into it.
  struct Call {
    jinja::Template source;
    Buffers buffers;
    std::shared_ptr<BatchCall> call;
  };
  using Entries = std::vector<pg::PipelineEntry>;

  [[nodiscard]] pg::CallLimits limits_of_all() const;
  static void append(const std::vector<Call>& calls, Entries& entries);
  static void refuse_left_open(Entries& entries);
  static void settle_together(std::span<const Call> calls, Entries& entries, std::size_t first);
  static void settle(std::span<const Call> calls, std::size_t index, pg::PipelineEntry& entry);
  static std::exception_ptr placed_failure(std::span<const Call> calls, std::size_t index,
                                           const pg::PipelineEntry& entry);

  std::shared_ptr<Engine> engine_;
  CallOptions options_;
  std::vector<Call> calls_;
};

}  // namespace pgjinja
