#include "client/batch_run.hpp"
#include "client/batch_state.hpp"
#include "client/unbegun.hpp"

#include <pgjinja/client/batch.hpp>
#include <pgjinja/core/error.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace pgjinja {

namespace {

/// Nothing that it throws was sent.
std::exception_ptr execute(BatchRun& run, pg::Connection& connection) {
  try {
    connection.pipeline(run.entries(), run.grouping(), run.limits());
  } catch (const Error&) {
    return std::current_exception();
  }
  return nullptr;
}

/// When the connection is lost before the server has begun with any call, another one will do.
void send(BatchRun& run, pg::Lease first, Engine& engine, const CallOptions& options) {
  std::optional<pg::Lease> lease(std::move(first));
  for (std::size_t attempt = 1;; ++attempt) {
    const std::exception_ptr thrown = execute(run, **lease);
    const bool lost = thrown == nullptr && !(*lease)->usable() && is_unbegun(run.entries());
    if (!lost || attempt == kMostAttempts) return run.settle(thrown);
    lease.reset();
    send_anew(run.entries());
    try {
      lease.emplace(engine.borrow(options, "batch"));
    } catch (const Error&) {
      run.fail(std::current_exception());
      throw;
    }
  }
}

}  // namespace

Batch::Batch(std::shared_ptr<Engine> engine, CallOptions options)
    : BatchCalls(std::make_unique<BatchState>(engine, std::move(options))),
      engine_(std::move(engine)) {}

void Batch::run() { run_together(nullptr); }

void Batch::run(const TransactionOptions& options) { run_together(&options); }

void Batch::run_together(const TransactionOptions* options) {
  if (size() == 0) return;
  pg::Lease lease = engine_->borrow(state().options(), "batch");
  send(*state().take(options), std::move(lease), *engine_, state().options());
}

void Batch::run_each() {
  if (size() == 0) return;
  state().check_each();
  pg::Lease lease = engine_->borrow(state().options(), "batch");
  send(*state().take_each(), std::move(lease), *engine_, state().options());
}

}  // namespace pgjinja
