#include "async/async_job.hpp"
#include "client/engine.hpp"
#include "client/rendering.hpp"
#include "client/transaction_errors.hpp"
#include "client/untyped_calls.hpp"

#include <pgjinja/async/executor.hpp>

#include <utility>

#include <fmt/format.h>

namespace pgjinja {

void AsyncExecutor::require(const std::shared_ptr<AsyncTemplateTarget>& target) {
  if (target == nullptr) throw refused::ended();
}

void AsyncExecutor::bind_template(const Engine& engine, AsyncJob& job, const Context& arguments,
                                  const Context* model) {
  const auto bind = [&](const Context& whole) {
    TemplateRendering what(job.call().name(), whole);
    job.bind(engine, what);
  };
  model == nullptr ? bind(arguments) : bind(Context::layered(arguments, *model));
}

void AsyncExecutor::begin_steps(const std::shared_ptr<const Engine>& engine, AsyncJob& job,
                                const std::shared_ptr<Steps>& steps) {
  job.bind_steps(engine, steps);
}

std::shared_ptr<AsyncStreamSource> AsyncExecutor::open_stream(AsyncTemplateTarget& target,
                                                              std::string_view name,
                                                              const Context& arguments,
                                                              std::shared_ptr<AsyncStreamRows> rows,
                                                              const StreamOptions& options) {
  TemplateRendering what(name, arguments);
  return target.open_stream(what, std::move(rows), options);
}

std::shared_ptr<BatchCallOf<Result>> AsyncExecutor::result_call(std::string_view name) {
  return std::make_shared<ResultCall>(name);
}

std::shared_ptr<BatchCallOf<std::int64_t>> AsyncExecutor::count_call(std::string_view name) {
  return std::make_shared<CountCall>(name);
}

std::string AsyncExecutor::template_title(std::string_view name) {
  return fmt::format("template \"{}\"", name);
}

std::string AsyncExecutor::copy_title(const pg::TableName& table) {
  return fmt::format("COPY into \"{}\"", table.name);
}

}  // namespace pgjinja
