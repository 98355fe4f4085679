#include "async/transaction_target.hpp"

#include "async/boundary_target.hpp"
#include "async/bulk_target.hpp"
#include "async/stream_target.hpp"

#include <utility>

namespace pgjinja {

AsyncTransactionTarget::JobPtr AsyncTransactionTarget::make_job(
    std::shared_ptr<BatchCall> call, std::unique_ptr<detail::Completion> completion) {
  return std::make_shared<AsyncJob>(state_->core().loop, std::move(call), std::move(completion),
                                    state_->options());
}

ColumnNaming AsyncTransactionTarget::naming() const noexcept {
  return state_->core().engine->naming();
}

std::shared_ptr<AsyncStreamSource> AsyncTransactionTarget::open_stream(
    Rendering& what, std::shared_ptr<AsyncStreamRows> rows, const StreamOptions& options) {
  const AsyncCore& core = state_->core();
  auto stream = std::make_shared<AsyncStreamTarget>(
      core.strand, shared_from_this(), state_->options(), std::move(rows), options.fetch_size);
  stream->bind(*core.engine, what);
  return stream;
}

std::shared_ptr<AsyncTarget> AsyncTransactionTarget::open_bulk(BulkWork work, std::string user) {
  return std::make_shared<BulkTarget>(state_->core(), shared_from_this(), state_->options(),
                                      std::move(work), std::move(user));
}

std::shared_ptr<AsyncTransactionTarget> AsyncTransactionTarget::nested() const {
  return std::make_shared<AsyncTransactionTarget>(state_,
                                                  std::make_shared<TransactionLevel>(level_));
}

std::shared_ptr<AsyncTarget> AsyncTransactionTarget::at(Boundary boundary) const {
  return std::make_shared<BoundaryTarget>(state_, level_, boundary);
}

}  // namespace pgjinja
