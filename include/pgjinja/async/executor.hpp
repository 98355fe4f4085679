#pragma once

#include <pgjinja/async/completion.hpp>
#include <pgjinja/async/page_call.hpp>
#include <pgjinja/async/target.hpp>
#include <pgjinja/client/page.hpp>
#include <pgjinja/client/pending.hpp>
#include <pgjinja/client/result.hpp>
#include <pgjinja/client/steps.hpp>
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
/// Templates are rendered by the thread that starts an operation; the statement that counts all
/// rows for an OffsetRequest, by the one that has read its page.
class AsyncExecutor {
 public:
  /// All rows, as Executor::query(): a std::vector<T>, or an untyped Result.
  template <class T = Result, class Token = boost::asio::use_awaitable_t<>>
  auto query(std::string_view name, Context arguments = {}, Token token = Token()) const {
    if constexpr (std::is_same_v<T, Result>) {
      return start_template<Result>(result_call(name), std::move(token), std::move(arguments));
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
    return start_template<std::int64_t>(count_call(name), std::move(token), std::move(arguments));
  }

  /// One page of a result that is sorted by unique keys, as Executor::page(). Now and then it takes
  /// a second statement; operations that are begun meanwhile in a transaction are executed behind
  /// that.
  template <class T, class Token = boost::asio::use_awaitable_t<>>
  auto page(std::string_view name, Context arguments = {}, PageRequest request = {},
            Token token = Token()) const {
    return start_page<detail::KeysetCall<T>, Page<T>>(name, std::move(arguments),
                                                      std::move(request), std::move(token));
  }
  /// One page by its number of rows from the beginning, as Executor::offset_page().
  template <class T, class Token = boost::asio::use_awaitable_t<>>
  auto offset_page(std::string_view name, Context arguments, OffsetRequest request,
                   Token token = Token()) const {
    return start_page<detail::OffsetCall<T>, OffsetPage<T>>(name, std::move(arguments),
                                                            std::move(request), std::move(token));
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
    return start_template<T>(std::move(call), std::move(token), std::move(arguments), model);
  }

  /// The call's template, rendered with `arguments` and what the row type tells it, if there is
  /// one.
  template <class T, class Token>
  auto start_template(std::shared_ptr<BatchCallOf<T>> call, Token token, Context arguments,
                      const Context* model = nullptr) const {
    return start<T>(
        target_, std::move(call), std::move(token),
        [arguments = std::move(arguments), model](const AsyncTarget& target, AsyncJob& job) {
          bind_template(target, job, arguments, model);
        });
  }

  template <class Call, class T, class Request, class Token>
  auto start_page(std::string_view name, Context arguments, Request request, Token token) const {
    require(target_);
    auto call =
        std::make_shared<Call>(name, std::move(arguments), std::move(request), target_->naming());
    auto steps = call->steps();
    return start<T>(target_, std::move(call), std::move(token),
                    [steps = std::move(steps)](const AsyncTarget& target, AsyncJob& job) {
                      begin_steps(target, job, steps);
                    });
  }

  /// For operations that execute no template.
  struct NoTemplate {
    void operator()(const AsyncTarget&, AsyncJob&) const noexcept {}
  };

  /// An operation that gives what `call` gives, executed by `target`. `prepare(target, job)` tells
  /// the job what that is.
  template <class T, class Token, class Prepare = NoTemplate>
  static auto start(std::shared_ptr<AsyncTarget> target, std::shared_ptr<BatchCallOf<T>> call,
                    Token token, Prepare prepare = {}) {
    require(target);
    return boost::asio::async_initiate<Token, void(std::exception_ptr, T)>(
        [target = std::move(target), prepare = std::move(prepare)](
            auto handler, std::shared_ptr<BatchCallOf<T>> begun) {
          using Handler = std::decay_t<decltype(handler)>;
          auto slot = boost::asio::get_associated_cancellation_slot(handler);
          auto completion = std::make_unique<detail::HandlerCompletion<T, Handler>>(
              std::move(handler), begun, target->executor());
          const auto job = target->make_job(std::move(begun), std::move(completion));
          prepare(*target, *job);
          if (slot.is_connected()) {
            slot.assign([target, job](boost::asio::cancellation_type) { target->cancel(job); });
          }
          target->begin(job);
        },
        token, std::move(call));
  }

 private:
  /// @throws Error{Config} when there is none.
  static void require(const std::shared_ptr<AsyncTarget>& target);
  /// Render and bind; what goes wrong is told at the job's end.
  static void bind_template(const AsyncTarget& target, AsyncJob& job, const Context& arguments,
                            const Context* model);
  static void begin_steps(const AsyncTarget& target, AsyncJob& job,
                          const std::shared_ptr<Steps>& steps);
  static std::shared_ptr<BatchCallOf<Result>> result_call(std::string_view name);
  static std::shared_ptr<BatchCallOf<std::int64_t>> count_call(std::string_view name);

  std::shared_ptr<AsyncTarget> target_;
};

}  // namespace pgjinja
