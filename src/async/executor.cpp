#include "client/untyped_calls.hpp"

#include <pgjinja/async/executor.hpp>
#include <pgjinja/core/error.hpp>

namespace pgjinja {

void AsyncExecutor::require(const std::shared_ptr<AsyncTarget>& target) {
  if (target == nullptr) throw Error(ErrorKind::Config, "this transaction has ended");
}

std::shared_ptr<BatchCallOf<Result>> AsyncExecutor::result_call(std::string_view name) {
  return std::make_shared<ResultCall>(name);
}

std::shared_ptr<BatchCallOf<std::int64_t>> AsyncExecutor::count_call(std::string_view name) {
  return std::make_shared<CountCall>(name);
}

}  // namespace pgjinja
