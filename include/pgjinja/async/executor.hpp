#pragma once

#include <pgjinja/async/completion.hpp>
#include <pgjinja/async/target.hpp>
#include <pgjinja/client/pending.hpp>
#include <pgjinja/client/result.hpp>
#include <pgjinja/core/context.hpp>

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

/// The arguments of a call, names and values by turns: `args("country", "FR", "limit", 5)`. The
/// same as a Context's braces, which g++ 12 and 13 do not compile within a co_await expression.
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

/// What executes templates as asynchronous operations: an AsyncClient, or an AsyncTransaction.
///
/// Each operation takes any completion token of Boost.Asio; without one it is an awaitable.
/// Handlers get `(std::exception_ptr, R)`, so that in a coroutine failures are thrown: those that
/// the methods of an Executor throw, by the same reports. Cancelling an operation through its slot
/// (manual of Asio, "Per-Operation Cancellation") cancels its statement at the server, if it was
/// sent: the failure is Error{Cancelled} then.
///
/// Templates are rendered by the thread that starts an operation.
class AsyncExecutor {
 public:
  /// All rows, as Executor::query(): a std::vector<T>, or an untyped Result.
  template <class T = Result, class Token = boost::asio::use_awaitable_t<>>
  auto query(std::string_view name, Context arguments = {}, Token token = Token()) const {
    if constexpr (std::is_same_v<T, Result>) {
      return start<Result>(target_, result_call(name), std::move(token), std::move(arguments));
    } else {
      return start_mapped<detail::RowsCall<T>, std::vector<T>>(name, std::move(arguments),
                                                               std::move(token));
    }
  }
  /// The only row, as Executor::query_one().
  template <class T, class Token = boost::asio::use_awaitable_t<>>
  auto query_one(std::string_view name, Context arguments = {}, Token token = Token()) const {
    return start_mapped<detail::OneCall<T>, T>(name, std::move(arguments), std::move(token));
  }
  /// The only row, or nothing, as Executor::query_maybe().
  template <class T, class Token = boost::asio::use_awaitable_t<>>
  auto query_maybe(std::string_view name, Context arguments = {}, Token token = Token()) const {
    return start_mapped<detail::MaybeCall<T>, std::optional<T>>(name, std::move(arguments),
                                                                std::move(token));
  }
  /// How many rows it returned or affected, as Executor::execute().
  template <class Token = boost::asio::use_awaitable_t<>>
  auto execute(std::string_view name, Context arguments = {}, Token token = Token()) const {
    return start<std::int64_t>(target_, count_call(name), std::move(token), std::move(arguments));
  }

  [[nodiscard]] boost::asio::any_io_executor get_executor() const noexcept {
    return target_->executor();
  }

 protected:
  /// Leaves none behind: what begins then throws Error{Config}.
  [[nodiscard]] std::shared_ptr<AsyncTarget> take_target() noexcept { return std::move(target_); }
  void set_target(std::shared_ptr<AsyncTarget> target) noexcept { target_ = std::move(target); }

  explicit AsyncExecutor(std::shared_ptr<AsyncTarget> target) noexcept
      : target_(std::move(target)) {}

  template <class Call, class T, class Token>
  auto start_mapped(std::string_view name, Context arguments, Token token) const {
    require(target_);
    auto call = std::make_shared<Call>(name);
    call->mapped().name_columns(target_->naming());
    const Context* model = &call->mapped().type().context;
    return start<T>(target_, std::move(call), std::move(token), std::move(arguments), model);
  }

  /// An operation that gives what `call` gives, executed by `target`.
  template <class T, class Token>
  static auto start(std::shared_ptr<AsyncTarget> target, std::shared_ptr<BatchCallOf<T>> call,
                    Token token, Context arguments = {}, const Context* model = nullptr) {
    require(target);
    return boost::asio::async_initiate<Token, void(std::exception_ptr, T)>(
        [target = std::move(target), model](auto handler, std::shared_ptr<BatchCallOf<T>> begun,
                                            const Context& given) {
          using Handler = std::decay_t<decltype(handler)>;
          auto slot = boost::asio::get_associated_cancellation_slot(handler);
          auto completion = std::make_unique<detail::HandlerCompletion<T, Handler>>(
              std::move(handler), begun, target->executor());
          const auto job = target->prepare(std::move(begun), given, model, std::move(completion));
          if (slot.is_connected()) {
            slot.assign([target, job](boost::asio::cancellation_type) { target->cancel(job); });
          }
          target->begin(job);
        },
        token, std::move(call), std::move(arguments));
  }

 private:
  /// @throws Error{Config} when there is none.
  static void require(const std::shared_ptr<AsyncTarget>& target);
  static std::shared_ptr<BatchCallOf<Result>> result_call(std::string_view name);
  static std::shared_ptr<BatchCallOf<std::int64_t>> count_call(std::string_view name);

  std::shared_ptr<AsyncTarget> target_;
};

}  // namespace pgjinja
