#include "async/beginning_target.hpp"
#include "async/client_target.hpp"
#include "async/listen_call.hpp"
#include "async/strand_task.hpp"
#include "async/transaction_target.hpp"

#include <pgjinja/async/client.hpp>

#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

namespace pgjinja {

AsyncClient::AsyncClient(const boost::asio::any_io_executor& executor, ClientSettings settings)
    : AsyncClient(std::make_shared<AsyncCore>(executor, std::move(settings)), AsyncCallOptions{}) {}

AsyncClient::AsyncClient(std::shared_ptr<AsyncCore> core, AsyncCallOptions options)
    : AsyncExecutor(std::make_shared<ClientTarget>(core, options)),
      core_(std::move(core)),
      options_(std::move(options)) {}

AsyncClient AsyncClient::with(AsyncCallOptions options) const {
  return {core_, std::move(options)};
}

AsyncClient::Beginning AsyncClient::beginning(TransactionOptions options) const {
  const auto state = std::make_shared<AsyncTransactionState>(core_, options_, std::move(options));
  auto transaction = std::make_shared<AsyncTransactionTarget>(state, state->outermost());
  return {std::make_shared<BeginningTarget>(core_, options_, state),
          AsyncTransaction::beginning_call("BEGIN", std::move(transaction))};
}

AsyncClient::Listening AsyncClient::listening(std::vector<std::string> channels) const {
  auto listener = std::make_shared<ListenTarget>(core_->strand);
  return {std::make_shared<ListenOpening>(listener, core_->cluster->locator(), std::move(channels),
                                          options_),
          std::make_shared<ListenCall>(listener)};
}

std::pair<std::shared_ptr<AsyncTarget>, AsyncClient::HostsCall> AsyncClient::asking_for_hosts()
    const {
  auto call = std::make_shared<StrandCall<std::vector<pg::HostStatus>>>("hosts");
  auto task = std::make_shared<StrandTask>(
      core_, [cluster = core_->cluster, call](const StrandTask::Done& done) {
        call->result = cluster->hosts();
        done(nullptr);
      });
  return {std::move(task), std::move(call)};
}

std::pair<std::shared_ptr<AsyncTarget>, std::shared_ptr<BatchCallOf<bool>>> AsyncClient::draining(
    std::chrono::steady_clock::time_point deadline) const {
  auto call = std::make_shared<StrandCall<bool>>("drain");
  auto task = std::make_shared<StrandTask>(
      core_, [cluster = core_->cluster, call, deadline](StrandTask::Done done) {
        cluster->drain(deadline, [call, done = std::move(done)](bool all) {
          call->result = all;
          done(nullptr);
        });
      });
  return {std::move(task), std::move(call)};
}

std::pair<std::shared_ptr<AsyncTarget>, std::shared_ptr<BatchCallOf<void>>> AsyncClient::warming()
    const {
  auto call = std::make_shared<StrandCall<void>>("prewarm");
  auto task = std::make_shared<StrandTask>(
      core_,
      [cluster = core_->cluster](StrandTask::Done done) { cluster->prewarm(std::move(done)); });
  return {std::move(task), std::move(call)};
}

void AsyncClient::renew() const {
  boost::asio::post(core_->strand, [cluster = core_->cluster] { cluster->renew(); });
}

AsyncBatch AsyncClient::batch() const { return {core_, options_}; }

sql::Statement AsyncClient::render(std::string_view name, const Context& arguments) const {
  jinja::Fragment fragment;
  sql::Statement statement;
  core_->engine->bind(name, arguments, fragment, statement);
  return statement;
}

const jinja::Environment& AsyncClient::environment() const noexcept {
  return core_->engine->environment();
}

}  // namespace pgjinja
