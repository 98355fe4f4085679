#include "async/async_job.hpp"
#include "async/async_pool.hpp"
#include "client/buffers.hpp"
#include "client/counting_sink.hpp"
#include "client/engine.hpp"
#include "client/untyped_calls.hpp"

#include <pgjinja/async/client.hpp>

#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

namespace pgjinja {

/// What the copies of an AsyncClient share.
class AsyncCore {
 public:
  AsyncCore(boost::asio::any_io_executor given, ClientSettings settings)
      : strand(boost::asio::make_strand(std::move(given))),
        pool(std::make_shared<async::AsyncPool>(strand, settings.connection, settings.pool)),
        engine(std::move(settings)) {}
  ~AsyncCore() {
    boost::asio::post(strand, [pool = pool] { pool->close(); });
  }
  AsyncCore(const AsyncCore&) = delete;
  AsyncCore& operator=(const AsyncCore&) = delete;

  boost::asio::any_io_executor strand;
  std::shared_ptr<async::AsyncPool> pool;
  Engine engine;
};

AsyncClient::AsyncClient(boost::asio::any_io_executor executor, ClientSettings settings)
    : core_(std::make_shared<AsyncCore>(std::move(executor), std::move(settings))) {}

AsyncClient::AsyncClient(std::shared_ptr<AsyncCore> core, AsyncCallOptions options)
    : core_(std::move(core)), options_(options) {}

AsyncClient AsyncClient::with(AsyncCallOptions options) const { return {core_, options}; }

std::shared_ptr<BatchCallOf<Result>> AsyncClient::result_call(std::string_view name) {
  return std::make_shared<ResultCall>(name);
}

std::shared_ptr<BatchCallOf<std::int64_t>> AsyncClient::count_call(std::string_view name) {
  return std::make_shared<CountCall>(name);
}

std::shared_ptr<AsyncJob> AsyncClient::prepare(
    std::shared_ptr<BatchCall> call, const Context& arguments, const Context* model,
    std::unique_ptr<detail::Completion> completion) const {
  const std::string& name = call->name();
  auto job = std::make_shared<AsyncJob>(call, std::move(completion), options_);
  try {
    Buffers buffers;
    const Engine& engine = core_->engine;
    if (model == nullptr) {
      job->source = engine.bind(name, arguments, buffers.fragment(), job->statement);
    } else {
      const Context whole = Context::layered(arguments, *model);
      job->source = engine.bind(name, whole, buffers.fragment(), job->statement);
    }
    job->time = engine.time_of(*job->source, {.timeout = options_.timeout});
  } catch (const std::exception&) {
    job->preparation_failure = std::current_exception();
  }
  return job;
}

// By post() also on the strand itself: no handler is called by the function that starts its call.
void AsyncClient::begin(const std::shared_ptr<AsyncJob>& job) const {
  boost::asio::post(core_->strand, [pool = core_->pool, job] { pool->begin(job); });
}

void AsyncClient::cancel(const std::shared_ptr<AsyncJob>& job) const {
  boost::asio::post(core_->strand, [pool = core_->pool, job] { pool->cancel(job); });
}

sql::Statement AsyncClient::render(std::string_view name, const Context& arguments) const {
  jinja::Fragment fragment;
  sql::Statement statement;
  core_->engine.bind(name, arguments, fragment, statement);
  return statement;
}

const jinja::Environment& AsyncClient::environment() const noexcept {
  return core_->engine.environment();
}

boost::asio::any_io_executor AsyncClient::get_executor() const noexcept { return core_->strand; }

}  // namespace pgjinja
