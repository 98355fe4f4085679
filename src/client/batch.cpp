#include "client/batch_state.hpp"
#include "client/untyped_calls.hpp"

#include <pgjinja/client/batch.hpp>

#include <utility>

namespace pgjinja {

Batch::Batch(std::shared_ptr<Engine> engine, CallOptions options)
    : state_(std::make_unique<BatchState>(std::move(engine), std::move(options))) {}
Batch::~Batch() = default;
Batch::Batch(Batch&&) noexcept = default;
Batch& Batch::operator=(Batch&&) noexcept = default;

ColumnNaming Batch::naming() const noexcept { return state_->naming(); }

Pending<Result> Batch::query(std::string_view name, const Context& arguments) {
  auto call = std::make_shared<ResultCall>(name);
  add(arguments, call);
  return Pending<Result>(std::move(call));
}

Pending<std::int64_t> Batch::execute(std::string_view name, const Context& arguments) {
  auto call = std::make_shared<CountCall>(name);
  add(arguments, call);
  return Pending<std::int64_t>(std::move(call));
}

void Batch::add(const Context& arguments, std::shared_ptr<BatchCall> call) {
  state_->add(arguments, std::move(call));
}

std::size_t Batch::size() const noexcept { return state_->size(); }

void Batch::run() { state_->run(nullptr); }

void Batch::run(const TransactionOptions& options) { state_->run(&options); }

void Batch::run_each() { state_->run_each(); }

}  // namespace pgjinja
