#include "async/client_target.hpp"

#include <exception>

#include <boost/asio/post.hpp>

namespace pgjinja {

std::shared_ptr<AsyncJob> template_job(const Engine& engine, const AsyncCallOptions& options,
                                       std::shared_ptr<BatchCall> call, const Context& arguments,
                                       const Context* model,
                                       std::unique_ptr<detail::Completion> completion) {
  const BatchCall& named = *call;
  auto job = std::make_shared<AsyncJob>(std::move(call), std::move(completion), options);
  try {
    if (model == nullptr) {
      job->source = engine.bind(named.name(), arguments, job->buffers.fragment(), job->statement);
    } else {
      const Context whole = Context::layered(arguments, *model);
      job->source = engine.bind(named.name(), whole, job->buffers.fragment(), job->statement);
    }
    job->time = engine.time_of(*job->source, {.timeout = options.timeout});
  } catch (const std::exception&) {
    job->preparation_failure = std::current_exception();
  }
  return job;
}

std::shared_ptr<AsyncJob> ClientTarget::prepare(std::shared_ptr<BatchCall> call,
                                                const Context& arguments, const Context* model,
                                                std::unique_ptr<detail::Completion> completion) {
  return template_job(core_->engine, options_, std::move(call), arguments, model,
                      std::move(completion));
}

void ClientTarget::begin(const std::shared_ptr<AsyncJob>& job) { core_->pool->begin(job); }

void ClientTarget::cancel(const std::shared_ptr<AsyncJob>& job) {
  boost::asio::post(core_->strand, [pool = core_->pool, job] { pool->cancel(job); });
}

}  // namespace pgjinja
