#pragma once

#include <pgjinja/async/batch.hpp>
#include <pgjinja/async/call_options.hpp>
#include <pgjinja/async/executor.hpp>
#include <pgjinja/async/listener.hpp>
#include <pgjinja/async/operation.hpp>
#include <pgjinja/async/transaction.hpp>
#include <pgjinja/client/client_settings.hpp>
#include <pgjinja/client/retry.hpp>
#include <pgjinja/client/transaction_options.hpp>
#include <pgjinja/core/context.hpp>
#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/pg/host_status.hpp>
#include <pgjinja/sql/statement.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace pgjinja {

class AsyncCore;

/// A Client whose calls are asynchronous operations of Boost.Asio.
///
///     pgjinja::AsyncClient db(io, {.templates = {"queries"}});
///     for (const City& c : co_await db.query<City>("cities/largest", args("limit", 5))) …
///
/// All work with the server is done on one strand of the executor that was given. Sessions are
/// opened, which may block, on threads of their own. Methods may be called from any thread. No copy
/// may outlive the execution context. What runs while the last copy is destroyed is finished; what
/// still waits for a connection fails with Error{Config}.
///
/// In a forked child that goes on with the execution context (manual of Asio,
/// "execution_context::notify_fork") every operation fails with Error{Config}, also those that were
/// under way, and the parent's go on.
class AsyncClient : public AsyncExecutor {
 public:
  /// @throws as Client's constructor.
  AsyncClient(const boost::asio::any_io_executor& executor, ClientSettings settings);
  template <class ExecutionContext>
  AsyncClient(ExecutionContext& context, ClientSettings settings)
      : AsyncClient(boost::asio::any_io_executor(context.get_executor()), std::move(settings)) {}

  /// The same client with other options for its calls, and for the transactions that it begins.
  [[nodiscard]] AsyncClient with(AsyncCallOptions options) const;

  /// A transaction, once a connection is free for it.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto begin(TransactionOptions options = {}, Token token = Token()) const {
    auto call = beginning(std::move(options));
    return detail::start_operation<AsyncTransaction>(std::move(call.first), std::move(call.second),
                                                     std::move(token));
  }

  /// Awaits `body(AsyncTransaction&)`, which gives an awaitable, in a transaction, commits when it
  /// returns, and gives what it gave. As Client::transaction(), with its repetitions.
  template <class Body>
  auto transaction(Body body, TransactionOptions options = {}, Retry retry = {}) const {
    return run_transaction(*this, std::move(body), std::move(options), retry);
  }

  /// Listens to channels on a session of its own, outside the pool: an AsyncListener, once the
  /// server has confirmed that. Fails as pg::Listener's constructor does. (g++ 12 and 13 do not
  /// compile a list in braces within a co_await expression: give it a name before.)
  template <class Token = boost::asio::use_awaitable_t<>>
  auto listen(std::vector<std::string> channels, Token token = Token()) const {
    auto call = listening(std::move(channels));
    return detail::start_operation<AsyncListener>(std::move(call.first), std::move(call.second),
                                                  std::move(token));
  }

  /// The hosts that the settings name, what they are, and what their pools hold; of one host the
  /// role is not asked for.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto hosts(Token token = Token()) const {
    auto call = asking_for_hosts();
    return detail::start_operation<std::vector<pg::HostStatus>>(
        std::move(call.first), std::move(call.second), std::move(token));
  }

  /// Opens PoolSettings::min_size connections to each host that can be reached, and waits for them.
  /// Fails as Pool::prewarm(), when no host can be.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto prewarm(Token token = Token()) const {
    auto call = warming();
    return detail::start_operation<void>(std::move(call.first), std::move(call.second),
                                         std::move(token));
  }

  /// Lends nothing any more, and waits until what is lent has come back: gives whether it has. What
  /// still runs at `deadline` is cancelled, and not waited for beyond
  /// pg::Settings::cancel_patience. Call it where your program handles SIGTERM; the client cannot
  /// be used any more.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto drain(std::chrono::steady_clock::time_point deadline, Token token = Token()) const {
    auto call = draining(deadline);
    return detail::start_operation<bool>(std::move(call.first), std::move(call.second),
                                         std::move(token));
  }

  /// Replaces all connections: those that are idle soon, those that are lent when they come back.
  void renew() const;

  /// Several templates in one round trip: see AsyncBatch.
  [[nodiscard]] AsyncBatch batch() const;

  /// What would be executed. Needs no connection.
  [[nodiscard]] sql::Statement render(std::string_view name, const Context& arguments = {}) const;
  /// The templates and how they are compiled; lives as long as the client.
  [[nodiscard]] const jinja::Environment& environment() const noexcept;

 private:
  AsyncClient(std::shared_ptr<AsyncCore> core, AsyncCallOptions options);
  using Beginning =
      std::pair<std::shared_ptr<AsyncTarget>, std::shared_ptr<BatchCallOf<AsyncTransaction>>>;
  [[nodiscard]] Beginning beginning(TransactionOptions options) const;

  using Listening =
      std::pair<std::shared_ptr<AsyncTarget>, std::shared_ptr<BatchCallOf<AsyncListener>>>;
  [[nodiscard]] Listening listening(std::vector<std::string> channels) const;

  using HostsCall = std::shared_ptr<BatchCallOf<std::vector<pg::HostStatus>>>;
  [[nodiscard]] std::pair<std::shared_ptr<AsyncTarget>, HostsCall> asking_for_hosts() const;
  [[nodiscard]] std::pair<std::shared_ptr<AsyncTarget>, std::shared_ptr<BatchCallOf<void>>>
  warming() const;
  [[nodiscard]] std::pair<std::shared_ptr<AsyncTarget>, std::shared_ptr<BatchCallOf<bool>>>
  draining(std::chrono::steady_clock::time_point deadline) const;

  template <class Body>
  static auto run_transaction(AsyncClient client, Body body, TransactionOptions options,
                              Retry retry) -> std::invoke_result_t<Body&, AsyncTransaction&> {
    for (Attempts attempts(retry);;) {
      std::optional<std::chrono::milliseconds> wait;
      try {
        AsyncTransaction tx = co_await client.begin(options);
        co_return co_await AsyncTransaction::run_to_commit(tx, body);
      } catch (const Error& error) {
        wait = attempts.wait_after(error);
        if (!wait) throw;
      }
      boost::asio::steady_timer timer(client.get_executor(), *wait);
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
  }

  std::shared_ptr<AsyncCore> core_;
  AsyncCallOptions options_;
};

}  // namespace pgjinja
