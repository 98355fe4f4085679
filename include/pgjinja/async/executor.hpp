#pragma once

#include <pgjinja/async/bulk.hpp>
#include <pgjinja/async/operation.hpp>
#include <pgjinja/async/page_call.hpp>
#include <pgjinja/async/stream.hpp>
#include <pgjinja/async/target.hpp>
#include <pgjinja/client/executor.hpp>
#include <pgjinja/client/page.hpp>
#include <pgjinja/client/pending.hpp>
#include <pgjinja/client/result.hpp>
#include <pgjinja/client/steps.hpp>
#include <pgjinja/client/stream.hpp>
#include <pgjinja/client/transform.hpp>
#include <pgjinja/core/context.hpp>
#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/copy.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
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
  /// The rows as data, led through transforms, as Executor::fetch(). A template that does not exist
  /// and transforms that nobody knows are thrown at once.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto fetch(std::string_view name, Context arguments = {}, const Transforms& transforms = {},
             Token token = Token()) const {
    return start_template<Value>(data_call(name, transforms), std::move(token),
                                 std::move(arguments));
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
  /// One page as data, a DataPage, as Executor::fetch_page(). What fetch() throws at once is thrown
  /// at once here too.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto fetch_page(std::string_view name, Context arguments = {}, PageRequest request = {},
                  const Transforms& transforms = {}, Token token = Token()) const {
    return start_steps(data_page(name, std::move(arguments), std::move(request), transforms),
                       std::move(token));
  }
  /// A DataOffsetPage, as Executor::fetch_offset_page(). The same is thrown at once.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto fetch_offset_page(std::string_view name, Context arguments, OffsetRequest request,
                         const Transforms& transforms = {}, Token token = Token()) const {
    return start_steps(data_page(name, std::move(arguments), std::move(request), transforms),
                       std::move(token));
  }

  /// The rows one after the other, as Executor::stream(): see AsyncStream. Renders now; what goes
  /// wrong is told to the first next().
  template <class T>
  [[nodiscard]] AsyncStream<T> stream(std::string_view name, const Context& arguments = {},
                                      const StreamOptions& options = {}) const {
    require(target_);
    return start_stream<T>(name, arguments, options, std::make_shared<detail::AsyncRowsOf<T>>());
  }
  /// The same as data, row by row, as Executor::fetch_stream(). A template that does not exist and
  /// transforms that nobody knows, or that take the whole result, are thrown at once. Transforms
  /// are called on the client's strand.
  [[nodiscard]] AsyncStream<Map> fetch_stream(std::string_view name, const Context& arguments = {},
                                              const StreamOptions& options = {},
                                              const Transforms& transforms = {}) const;

  /// The template executed for each of many rows, as Executor::execute_many(): how many rows of
  /// tables that affected. This and COPY are done by a thread of their own for each call that has a
  /// connection, and so by no more threads than there are connections; in an AsyncTransaction they
  /// are a part of it, else a transaction of their own.
  template <class T, class Token = boost::asio::use_awaitable_t<>>
  auto execute_many(std::string_view name, std::vector<T> rows, Token token = Token()) const {
    return start_bulk(template_title(name), std::move(token),
                      [name = std::string(name), rows = shared(std::move(rows))](
                          const Executor& db) { return db.execute_many(name, *rows); });
  }
  /// Copies rows into a table, as Executor::copy_in(): how many they are.
  template <class T, class Token = boost::asio::use_awaitable_t<>>
  auto copy_in(const pg::TableName& table, std::vector<T> rows, Token token = Token()) const {
    return start_bulk(copy_title(table), std::move(token),
                      [table, rows = shared(std::move(rows))](const Executor& db) {
                        return db.copy_in(table, *rows);
                      });
  }
  template <class T, class Token = boost::asio::use_awaitable_t<>>
  auto copy_in(const pg::TableName& table, std::vector<std::string> columns, std::vector<T> rows,
               Token token = Token()) const {
    return start_bulk(copy_title(table), std::move(token),
                      [table, columns = std::move(columns), rows = shared(std::move(rows))](
                          const Executor& db) { return db.copy_in(table, columns, *rows); });
  }
  /// Calls `take(T&&)` with each row of COPY (query) TO STDOUT, as Executor::copy_out(): how many
  /// they were. It is called by the thread that reads them, one row after the other, and read on
  /// when it returns; it must outlive what it captures by reference, also when the event loop ends
  /// before.
  template <class T, class Take, class Token = boost::asio::use_awaitable_t<>>
    requires std::is_invocable_v<Take&, T&&>
  auto copy_out(std::string_view name, Context arguments, Take take, Token token = Token()) const {
    return start_bulk(template_title(name), std::move(token),
                      [name = std::string(name), arguments = std::move(arguments),
                       take = std::make_shared<Take>(std::move(take))](const Executor& db) {
                        return db.copy_out<T>(name, arguments, std::ref(*take));
                      });
  }

  [[nodiscard]] boost::asio::any_io_executor get_executor() const noexcept {
    return target_->executor();
  }

 protected:
  /// Leaves none behind: what begins then throws Error{Config}.
  [[nodiscard]] std::shared_ptr<AsyncTemplateTarget> take_target() noexcept {
    return std::move(target_);
  }
  void set_target(std::shared_ptr<AsyncTemplateTarget> target) noexcept {
    target_ = std::move(target);
  }

  explicit AsyncExecutor(std::shared_ptr<AsyncTemplateTarget> target) noexcept
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
    require(target_);
    return detail::start_operation<T>(
        target_, std::move(call), std::move(token),
        [engine = target_->engine(), arguments = std::move(arguments), model](AsyncJob& job) {
          bind_template(*engine, job, arguments, model);
        });
  }

  template <class Token>
  auto start_bulk(std::string title, Token token, BulkWork work) const {
    require(target_);
    auto call = count_call(title);
    auto target = target_->open_bulk(std::move(work), std::move(title));
    return detail::start_operation<std::int64_t>(std::move(target), std::move(call),
                                                 std::move(token));
  }

  template <class Call, class T, class Request, class Token>
  auto start_page(std::string_view name, Context arguments, Request request, Token token) const {
    require(target_);
    auto call =
        std::make_shared<Call>(name, std::move(arguments), std::move(request), target_->naming());
    auto steps = call->steps();
    return start_steps(detail::PageOperation<T>{std::move(call), std::move(steps)},
                       std::move(token));
  }

  template <class T, class Token>
  auto start_steps(detail::PageOperation<T> page, Token token) const {
    return detail::start_operation<T>(target_, std::move(page.call), std::move(token),
                                      [engine = target_->engine(), steps = std::move(page.steps)](
                                          AsyncJob& job) { begin_steps(engine, job, steps); });
  }

  template <class T>
  [[nodiscard]] AsyncStream<T> start_stream(std::string_view name, const Context& arguments,
                                            const StreamOptions& options,
                                            std::shared_ptr<detail::AsyncRowsOf<T>> rows) const {
    MappedSink& sink = rows->sink();
    sink.name_columns(target_->naming());
    const Context whole = Context::layered(arguments, sink.type().context);
    auto source = open_stream(*target_, name, whole, rows, options);
    return AsyncStream<T>(std::move(source), std::move(rows));
  }

 private:
  /// @throws Error{Config} when there is none.
  static void require(const std::shared_ptr<AsyncTemplateTarget>& target);
  /// Render and bind; what goes wrong is told at the job's end.
  static void bind_template(const Engine& engine, AsyncJob& job, const Context& arguments,
                            const Context* model);
  static void begin_steps(const std::shared_ptr<const Engine>& engine, AsyncJob& job,
                          const std::shared_ptr<Steps>& steps);
  static std::shared_ptr<AsyncStreamSource> open_stream(AsyncTemplateTarget& target,
                                                        std::string_view name,
                                                        const Context& arguments,
                                                        std::shared_ptr<AsyncStreamRows> rows,
                                                        const StreamOptions& options);
  /// @throws Error{Config} when there is no target; as Engine::transforms()
  [[nodiscard]] std::shared_ptr<BatchCallOf<Value>> data_call(std::string_view name,
                                                              const Transforms& transforms) const;
  [[nodiscard]] detail::PageOperation<DataPage> data_page(std::string_view name, Context arguments,
                                                          PageRequest request,
                                                          const Transforms& transforms) const;
  [[nodiscard]] detail::PageOperation<DataOffsetPage> data_page(std::string_view name,
                                                                Context arguments,
                                                                OffsetRequest request,
                                                                const Transforms& transforms) const;
  static std::shared_ptr<BatchCallOf<Result>> result_call(std::string_view name);
  static std::shared_ptr<BatchCallOf<std::int64_t>> count_call(std::string_view name);
  /// A vector that its work shares with whoever copies that: a std::function may be copied.
  template <class T>
  static std::shared_ptr<const std::vector<T>> shared(std::vector<T>&& rows) {
    return std::make_shared<const std::vector<T>>(std::move(rows));
  }
  static std::string template_title(std::string_view name);
  static std::string copy_title(const pg::TableName& table);

  std::shared_ptr<AsyncTemplateTarget> target_;
};

}  // namespace pgjinja
