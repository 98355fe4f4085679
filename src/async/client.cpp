#include "async/beginning_target.hpp"
#include "async/client_target.hpp"
#include "async/listen_call.hpp"
#include "async/transaction_target.hpp"

#include <pgjinja/async/client.hpp>

#include <utility>

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
  return {std::make_shared<ListenOpening>(listener, core_->engine->connection(),
                                          std::move(channels), options_),
          std::make_shared<ListenCall>(listener)};
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
