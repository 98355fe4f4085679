#pragma once

#include "client/batch_run.hpp"
#include "client/engine.hpp"

#include <pgjinja/client/call_options.hpp>
#include <pgjinja/client/pending.hpp>
#include <pgjinja/client/transaction_options.hpp>
#include <pgjinja/core/context.hpp>

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace pgjinja {

/// The calls of a batch, bound and waiting.
class BatchState {
 public:
  BatchState(std::shared_ptr<const Engine> engine, CallOptions options)
      : engine_(std::move(engine)), options_(std::move(options)) {}

  [[nodiscard]] ColumnNaming naming() const noexcept { return engine_->naming(); }
  [[nodiscard]] const CallOptions& options() const noexcept { return options_; }
  [[nodiscard]] TransformChain transforms(std::string_view name, const Transforms& own) const {
    return engine_->transforms(name, own);
  }
  void add(const Context& arguments, std::shared_ptr<BatchCall> call);
  [[nodiscard]] std::size_t size() const noexcept { return calls_.size(); }

  /// Takes the calls, to be executed in one transaction: one that the server opens and ends, or the
  /// one that `options` describe.
  [[nodiscard]] std::unique_ptr<BatchRun> take(const TransactionOptions* options);
  /// Takes them, to be executed in a transaction each.
  [[nodiscard]] std::unique_ptr<BatchRun> take_each();
  /// @throws Error{Config} when they cannot be.
  void check_each() const;

 private:
  [[nodiscard]] StatementTime time_of_all() const;

  std::shared_ptr<const Engine> engine_;
  CallOptions options_;
  std::vector<BoundCall> calls_;
};

}  // namespace pgjinja
