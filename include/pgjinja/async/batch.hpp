#pragma once

#include <pgjinja/async/call_options.hpp>
#include <pgjinja/async/operation.hpp>
#include <pgjinja/async/target.hpp>
#include <pgjinja/client/batch_calls.hpp>
#include <pgjinja/client/pending.hpp>
#include <pgjinja/client/transaction_options.hpp>

#include <memory>
#include <utility>

#include <boost/asio/use_awaitable.hpp>

namespace pgjinja {

class AsyncCore;

/// Several templates in one round trip: what Batch is for an AsyncClient.
///
///     pgjinja::AsyncBatch batch = db.batch();
///     auto city = batch.query_one<City>("cities/by_id", args("id", 7));
///     auto visits = batch.execute("visits/add", args("id", 7));
///     co_await batch.run();
///     use(city.get(), visits.get());
///
/// run() takes the calls with it: the batch is empty then, and may be used again, while they are
/// executed. Its operations give nothing: each call's result is in its Pending, which is to be
/// asked when they have ended. When there is no connection, that is the failure of each call too.
/// Their cancellation slots cancel the packet. Errors and time are as with Batch.
///
/// Movable; not to be used from two threads at once; its Pending results may outlive it.
class AsyncBatch : public BatchCalls {
 public:
  /// All of them in one transaction, as Batch::run().
  template <class Token = boost::asio::use_awaitable_t<>>
  auto run(Token token = Token()) {
    return start(together(nullptr), std::move(token));
  }
  /// The same in one packet with BEGIN as `options` say, its settings, and COMMIT.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto run(const TransactionOptions& options, Token token = Token()) {
    return start(together(&options), std::move(token));
  }
  /// Each in a transaction of its own, as Batch::run_each(). @throws Error{Config} when there are
  /// AsyncCallOptions::settings.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto run_each(Token token = Token()) {
    return start(each(), std::move(token));
  }

 private:
  friend class AsyncClient;
  AsyncBatch(std::shared_ptr<AsyncCore> core, const AsyncCallOptions& options);

  template <class Token>
  static auto start(std::shared_ptr<AsyncTarget> target, Token token) {
    return detail::start_operation<void>(std::move(target), run_call(), std::move(token));
  }
  [[nodiscard]] std::shared_ptr<AsyncTarget> together(const TransactionOptions* options);
  [[nodiscard]] std::shared_ptr<AsyncTarget> each();
  static std::shared_ptr<BatchCallOf<void>> run_call();

  std::shared_ptr<AsyncCore> core_;
};

}  // namespace pgjinja
