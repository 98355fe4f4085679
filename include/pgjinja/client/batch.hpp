#pragma once

#include <pgjinja/client/batch_calls.hpp>
#include <pgjinja/client/call_options.hpp>
#include <pgjinja/client/transaction_options.hpp>

#include <memory>

namespace pgjinja {

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
class Batch : public BatchCalls {
 public:
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
  void run_together(const TransactionOptions* options);

  std::shared_ptr<Engine> engine_;
};

}  // namespace pgjinja
