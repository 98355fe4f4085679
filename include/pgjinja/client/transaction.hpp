#pragma once

#include <pgjinja/client/executor.hpp>
#include <pgjinja/client/retry.hpp>
#include <pgjinja/client/transaction_options.hpp>
#include <pgjinja/core/context.hpp>

#include <memory>
#include <string_view>

namespace pgjinja {

class Engine;
class TransactionState;

/// A transaction on one connection, which it has for itself. What is not committed is rolled back
/// by the destructor, also when an exception passes.
///
///     pgjinja::Transaction tx = db.begin({.isolation = pgjinja::Isolation::Serializable});
///     tx.execute("accounts/debit", {{"id", 1}, {"amount", 5}});
///     tx.execute("accounts/credit", {{"id", 2}, {"amount", 5}});
///     tx.commit();
///
/// BEGIN and the settings travel in the packet of the first statement, so they cost no round trip,
/// and a transaction that executes nothing sends nothing. When the connection is lost before the
/// server has begun with that packet, the transaction begins on another one.
///
/// After an error of the server nothing more can be executed (manual 13.1): the calls that follow
/// throw Error{Config}, which names the template that failed. nested() confines errors.
///
/// Movable; not to be used from two threads at once. It may outlive its Client.
class Transaction final : public Executor {
 public:
  /// Rolls back, unless it was committed.
  ~Transaction() override;
  Transaction(Transaction&&) noexcept;
  Transaction& operator=(Transaction&&) noexcept;

  /// Keeps what was done, and ends the transaction; of a nested one, leaves it to the one around.
  /// @throws Error{Server}, for example 40001 or a deferred constraint's 23503: all is rolled back
  ///         then; Error{Connection} when the session was lost: whether the server has committed
  ///         is not known then, unless nothing had been sent (safe_to_retry());
  ///         Error{Config} when a statement failed before, or it has ended already.
  void commit();

  /// Undoes what was done, and ends the transaction. Does nothing when it has ended.
  void rollback() noexcept;

  /// A transaction within this one (a savepoint): what it undoes is not undone around it. As long
  /// as it has not ended nothing can be executed in the outer one, which is Error{Config}.
  /// @throws as execute(): the savepoint is one more statement.
  [[nodiscard]] Transaction nested();

  /// As Client::run_script, within the transaction.
  void run_script(std::string_view sql);

 private:
  friend class Client;
  friend class BorrowedTransaction;
  Transaction(std::shared_ptr<TransactionState> state, std::size_t level) noexcept;
  void run(Rendering& what, CallSink& sink) const override;
  std::int64_t run_many(std::string_view name, const RowSpan& rows) const override;
  std::int64_t copy_rows(const pg::TableName& table, std::vector<std::string> columns,
                         const RowSpan& rows) const override;
  void copy_query(std::string_view name, const Context& arguments, CallSink& sink) const override;
  [[nodiscard]] const Engine& engine() const override;
  std::unique_ptr<StreamSource> open(std::string_view name, const Context& arguments,
                                     CallSink& sink, const StreamOptions& options) const override;

  std::shared_ptr<TransactionState> state_;  // nullptr when it has ended
  std::size_t level_;                        // 0, or how many transactions are around it
};

}  // namespace pgjinja
