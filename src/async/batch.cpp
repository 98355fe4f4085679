#include "async/async_core.hpp"
#include "async/batch_target.hpp"
#include "async/cluster_lender.hpp"
#include "client/batch_state.hpp"
#include "client/counting_sink.hpp"

#include <pgjinja/async/batch.hpp>

#include <utility>

namespace pgjinja {

namespace {

/// The end of a batch, of which only failures are told.
class RunCall final : public BatchCallOf<void> {
 public:
  using BatchCallOf::BatchCallOf;
  CallSink& sink() noexcept override { return sink_; }
  void take() override {}

 private:
  CountingSink sink_;
};

CallOptions options_of(const AsyncCallOptions& options) {
  return {.timeout = options.timeout,
          .deadline = options.deadline,
          .stop = {},
          .settings = options.settings,
          .role = options.role};
}

std::shared_ptr<AsyncTarget> target_of(const AsyncCore& core, const BatchState& state,
                                       std::unique_ptr<BatchRun> run) {
  return std::make_shared<AsyncBatchTarget>(core.strand,
                                            std::make_shared<async::ClusterLender>(core.cluster),
                                            AsyncCallOptions{.timeout = state.options().timeout,
                                                             .deadline = state.options().deadline,
                                                             .role = state.options().role},
                                            std::move(run));
}

}  // namespace

AsyncBatch::AsyncBatch(std::shared_ptr<AsyncCore> core, const AsyncCallOptions& options)
    : BatchCalls(std::make_unique<BatchState>(core->engine, options_of(options))),
      core_(std::move(core)) {}

std::shared_ptr<AsyncTarget> AsyncBatch::together(const TransactionOptions* options) {
  return target_of(*core_, state(), size() == 0 ? nullptr : state().take(options));
}

std::shared_ptr<AsyncTarget> AsyncBatch::each() {
  if (size() > 0) state().check_each();
  return target_of(*core_, state(), size() == 0 ? nullptr : state().take_each());
}

std::shared_ptr<BatchCallOf<void>> AsyncBatch::run_call() {
  return std::make_shared<RunCall>("a batch");
}

}  // namespace pgjinja
