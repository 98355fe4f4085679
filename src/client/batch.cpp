#include "client/batch_run.hpp"
#include "client/batch_state.hpp"

#include <pgjinja/client/batch.hpp>
#include <pgjinja/core/error.hpp>

#include <utility>

namespace pgjinja {

namespace {

void send(BatchRun& run, pg::Connection& connection) {
  std::exception_ptr thrown;
  try {
    connection.pipeline(run.entries(), run.grouping(), run.limits());
  } catch (const Error&) {
    thrown = std::current_exception();
  }
  run.settle(thrown);
}

}  // namespace

Batch::Batch(std::shared_ptr<Engine> engine, CallOptions options)
    : BatchCalls(std::make_unique<BatchState>(engine, std::move(options))),
      engine_(std::move(engine)) {}

void Batch::run() { run_together(nullptr); }

void Batch::run(const TransactionOptions& options) { run_together(&options); }

void Batch::run_together(const TransactionOptions* options) {
  if (size() == 0) return;
  const pg::Lease lease = engine_->borrow(state().options(), "batch");
  send(*state().take(options), *lease);
}

void Batch::run_each() {
  if (size() == 0) return;
  state().check_each();
  const pg::Lease lease = engine_->borrow(state().options(), "batch");
  send(*state().take_each(), *lease);
}

}  // namespace pgjinja
