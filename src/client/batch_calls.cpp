#include "client/batch_state.hpp"
#include "client/untyped_calls.hpp"

#include <pgjinja/client/batch_calls.hpp>

#include <utility>

namespace pgjinja {

BatchCalls::BatchCalls(std::unique_ptr<BatchState> state) noexcept : state_(std::move(state)) {}
BatchCalls::~BatchCalls() = default;
BatchCalls::BatchCalls(BatchCalls&&) noexcept = default;
BatchCalls& BatchCalls::operator=(BatchCalls&&) noexcept = default;

ColumnNaming BatchCalls::naming() const noexcept { return state_->naming(); }

Pending<Result> BatchCalls::query(std::string_view name, const Context& arguments) {
  auto call = std::make_shared<ResultCall>(name);
  add(arguments, call);
  return Pending<Result>(std::move(call));
}

Pending<Value> BatchCalls::fetch(std::string_view name, const Context& arguments,
                                 const Transforms& transforms) {
  auto call = std::make_shared<DataCall>(name, state_->transforms(name, transforms));
  add(arguments, call);
  return Pending<Value>(std::move(call));
}

Pending<std::int64_t> BatchCalls::execute(std::string_view name, const Context& arguments) {
  auto call = std::make_shared<CountCall>(name);
  add(arguments, call);
  return Pending<std::int64_t>(std::move(call));
}

void BatchCalls::add(const Context& arguments, std::shared_ptr<BatchCall> call) {
  state_->add(arguments, std::move(call));
}

std::size_t BatchCalls::size() const noexcept { return state_->size(); }

}  // namespace pgjinja
