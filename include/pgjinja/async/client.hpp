#pragma once

#include <pgjinja/async/call_options.hpp>
#include <pgjinja/async/completion.hpp>
#include <pgjinja/client/client_settings.hpp>
#include <pgjinja/client/pending.hpp>
#include <pgjinja/client/result.hpp>
#include <pgjinja/core/context.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/sql/statement.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace pgjinja {

/// The arguments of a call, names and values by turns: `args("country", "FR", "limit", 5)`. The same
/// as a Context's braces, which g++ 12 and 13 do not compile within a co_await expression.
template <class... Arguments>
Context args(Arguments&&... arguments) {
  static_assert(sizeof...(arguments) % 2 == 0, "pgjinja: names and values by turns");
  Context context;
  const auto set = [&context](auto self, std::string_view name, auto&& value,
                              auto&&... more) -> void {
    context.set(name, Value(std::forward<decltype(value)>(value)));
    if constexpr (sizeof...(more) > 0) self(self, std::forward<decltype(more)>(more)...);
  };
  if constexpr (sizeof...(arguments) > 0) set(set, std::forward<Arguments>(arguments)...);
  return context;
}

class AsyncCore;
class AsyncJob;

/// A Client whose calls are asynchronous operations of Boost.Asio, and take any completion token;
/// without one they are awaitables.
///
///     pgjinja::AsyncClient db(io, {.templates = {"queries"}});
///     for (const City& c : co_await db.query<City>("cities/largest", args("limit", 5))) …
///
/// Handlers get `(std::exception_ptr, R)`, so that in a coroutine failures are thrown: those that
/// Client's methods throw, by the same reports. Cancelling an operation through its slot (manual of
/// Asio, "Per-Operation Cancellation") cancels its statement at the server, if it was sent: the
/// failure is Error{Cancelled} then.
///
/// Templates are rendered by the thread that starts a call; all work with the server is done on one
/// strand of the executor that was given. Sessions are opened, which may block, on threads of their
/// own. Methods may be called from any thread. No copy may outlive the execution context. What runs while the last copy of a client is
/// destroyed is finished; what still waits for a connection fails with Error{Config}.
class AsyncClient {
 public:
  /// @throws as Client's constructor.
  AsyncClient(boost::asio::any_io_executor executor, ClientSettings settings);
  template <class ExecutionContext>
  AsyncClient(ExecutionContext& context, ClientSettings settings)
      : AsyncClient(boost::asio::any_io_executor(context.get_executor()), std::move(settings)) {}

  /// The same client with other options for its calls.
  [[nodiscard]] AsyncClient with(AsyncCallOptions options) const;

  /// All rows, as Executor::query(): a std::vector<T>, or an untyped Result.
  template <class T = Result, class Token = boost::asio::use_awaitable_t<>>
  auto query(std::string_view name, Context arguments = {}, Token&& token = Token()) const {
    if constexpr (std::is_same_v<T, Result>) {
      return start<Result>(result_call(name), std::move(arguments), std::forward<Token>(token));
    } else {
      return start_mapped<detail::RowsCall<T>, std::vector<T>>(name, std::move(arguments),
                                                               std::forward<Token>(token));
    }
  }
  /// The only row, as Executor::query_one().
  template <class T, class Token = boost::asio::use_awaitable_t<>>
  auto query_one(std::string_view name, Context arguments = {}, Token&& token = Token()) const {
    return start_mapped<detail::OneCall<T>, T>(name, std::move(arguments),
                                               std::forward<Token>(token));
  }
  /// The only row, or nothing, as Executor::query_maybe().
  template <class T, class Token = boost::asio::use_awaitable_t<>>
  auto query_maybe(std::string_view name, Context arguments = {}, Token&& token = Token()) const {
    return start_mapped<detail::MaybeCall<T>, std::optional<T>>(name, std::move(arguments),
                                                                std::forward<Token>(token));
  }
  /// How many rows it returned or affected, as Executor::execute().
  template <class Token = boost::asio::use_awaitable_t<>>
  auto execute(std::string_view name, Context arguments = {}, Token&& token = Token()) const {
    return start<std::int64_t>(count_call(name), std::move(arguments), std::forward<Token>(token));
  }

  /// What would be executed. Needs no connection.
  [[nodiscard]] sql::Statement render(std::string_view name, const Context& arguments = {}) const;
  /// The templates and how they are compiled; lives as long as the client.
  [[nodiscard]] const jinja::Environment& environment() const noexcept;
  [[nodiscard]] boost::asio::any_io_executor get_executor() const noexcept;

 private:
  AsyncClient(std::shared_ptr<AsyncCore> core, AsyncCallOptions options);

  static std::shared_ptr<BatchCallOf<Result>> result_call(std::string_view name);
  static std::shared_ptr<BatchCallOf<std::int64_t>> count_call(std::string_view name);

  /// Renders, binds, and makes a job of it; what goes wrong is told at its end. `model`: what the
  /// row type tells the template, or nullptr.
  [[nodiscard]] std::shared_ptr<AsyncJob> prepare(
      std::shared_ptr<BatchCall> call, const Context& arguments, const Context* model,
      std::unique_ptr<detail::Completion> completion) const;
  void begin(const std::shared_ptr<AsyncJob>& job) const;
  /// At any time, on any thread.
  void cancel(const std::shared_ptr<AsyncJob>& job) const;

  template <class Call, class T, class Token>
  auto start_mapped(std::string_view name, Context arguments, Token&& token) const {
    auto call = std::make_shared<Call>(name);
    const Context* model = &call->mapped().type().context;
    return start<T>(std::move(call), std::move(arguments), std::forward<Token>(token), model);
  }

  template <class T, class Token>
  auto start(std::shared_ptr<BatchCallOf<T>> call, Context arguments, Token&& token,
             const Context* model = nullptr) const {
    return boost::asio::async_initiate<Token, void(std::exception_ptr, T)>(
        [self = *this, model](auto handler, std::shared_ptr<BatchCallOf<T>> begun,
                              const Context& given) {
          using Handler = std::decay_t<decltype(handler)>;
          auto slot = boost::asio::get_associated_cancellation_slot(handler);
          auto completion = std::make_unique<detail::HandlerCompletion<T, Handler>>(
              std::move(handler), begun, self.get_executor());
          const auto job = self.prepare(std::move(begun), given, model, std::move(completion));
          if (slot.is_connected()) {
            slot.assign([self, job](boost::asio::cancellation_type) { self.cancel(job); });
          }
          self.begin(job);
        },
        token, std::move(call), std::move(arguments));
  }

  std::shared_ptr<AsyncCore> core_;
  AsyncCallOptions options_;
};

}  // namespace pgjinja
