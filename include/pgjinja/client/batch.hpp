#pragma once

#include <pgjinja/client/call_options.hpp>
#include <pgjinja/client/pending.hpp>
#include <pgjinja/client/result.hpp>
#include <pgjinja/client/transaction_options.hpp>
#include <pgjinja/core/context.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace pgjinja {

class BatchState;
class Engine;

/// Several templates in one round trip. Each call renders and binds its template at once and is put
/// down; run() sends all of them.
///
///     pgjinja::Batch batch = db.batch();
///     auto city = batch.query_one<City>("cities/by_id", {{"id", 7}});
///     auto visits = batch.execute("visits/add", {{"id", 7}});
///     batch.run();
///     use(city.get(), visits.get());
///
/// Calls throw what rendering and binding throw, and then put nothing down. Errors of the execution
/// tell the number of the call, from 1.
///
/// Its time is that of the client that made it (see Client::with()), else what its calls may take
/// one after the other.
///
/// The packet and all results are in memory at once. Movable; not to be used from two threads at
/// once; its Pending results may outlive it.
class Batch {
 public:
  ~Batch();
  Batch(Batch&&) noexcept;
  Batch& operator=(Batch&&) noexcept;

  template <class T>
  Pending<std::vector<T>> query(std::string_view name, const Context& arguments = {}) {
    return add_mapped<detail::RowsCall<T>, std::vector<T>>(name, arguments);
  }
  Pending<Result> query(std::string_view name, const Context& arguments = {});
  template <class T>
  Pending<T> query_one(std::string_view name, const Context& arguments = {}) {
    return add_mapped<detail::OneCall<T>, T>(name, arguments);
  }
  template <class T>
  Pending<std::optional<T>> query_maybe(std::string_view name, const Context& arguments = {}) {
    return add_mapped<detail::MaybeCall<T>, std::optional<T>>(name, arguments);
  }
  /// How many rows it returned or affected.
  Pending<std::int64_t> execute(std::string_view name, const Context& arguments = {});

  /// How many calls have been put down since the last run.
  [[nodiscard]] std::size_t size() const noexcept;

  /// Executes all of them in one transaction, in this order: when one fails, none has happened. The
  /// batch is empty then, and may be used again. Without calls nothing is sent.
  /// @throws the error of the call that failed; what pg::Pool::acquire throws; Error{Config} when a
  ///         call leaves a transaction open, which is rolled back.
  void run();

  /// The same in one packet with BEGIN as `options` say, its settings, and COMMIT.
  void run(const TransactionOptions& options);

  /// Executes each in a transaction of its own: what fails does not concern the others. Their
  /// errors are thrown by Pending::get(), also Error{Config} for a call that leaves a transaction
  /// open, and for those behind it. @throws what pg::Pool::acquire throws, Error{Encode} and
  /// Error{Config} for a call that cannot be sent; nothing has been sent then.
  void run_each();

 private:
  friend class Client;
  Batch(std::shared_ptr<Engine> engine, CallOptions options);

  [[nodiscard]] ColumnNaming naming() const noexcept;
  void add(const Context& arguments, std::shared_ptr<BatchCall> call);
  template <class Call, class T>
  Pending<T> add_mapped(std::string_view name, const Context& arguments) {
    auto call = std::make_shared<Call>(name);
    call->mapped().name_columns(naming());
    add(Context::layered(arguments, call->mapped().type().context), call);
    return Pending<T>(std::move(call));
  }

  std::unique_ptr<BatchState> state_;
};

}  // namespace pgjinja
