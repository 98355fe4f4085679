#include "async/async_job.hpp"
#include "client/rendering.hpp"
#include "client/untyped_calls.hpp"

#include <pgjinja/async/executor.hpp>
#include <pgjinja/core/error.hpp>

namespace pgjinja {

void AsyncExecutor::require(const std::shared_ptr<AsyncTarget>& target) {
  if (target == nullptr) throw Error(ErrorKind::Config, "this transaction has ended");
}

void AsyncExecutor::bind_template(const AsyncTarget& target, AsyncJob& job,
                                  const Context& arguments, const Context* model) {
  const auto bind = [&](const Context& whole) {
    TemplateRendering what(job.call().name(), whole);
    job.bind(*target.engine(), what);
  };
  model == nullptr ? bind(arguments) : bind(Context::layered(arguments, *model));
}

void AsyncExecutor::begin_steps(const AsyncTarget& target, AsyncJob& job,
                                const std::shared_ptr<Steps>& steps) {
  job.bind_steps(target.engine(), steps);
}

std::shared_ptr<BatchCallOf<Result>> AsyncExecutor::result_call(std::string_view name) {
  return std::make_shared<ResultCall>(name);
}

std::shared_ptr<BatchCallOf<std::int64_t>> AsyncExecutor::count_call(std::string_view name) {
  return std::make_shared<CountCall>(name);
}

}  // namespace pgjinja
