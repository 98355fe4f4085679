#pragma once

#include <pgjinja/client/call_options.hpp>
#include <pgjinja/client/transaction.hpp>
#include <pgjinja/pg/connection.hpp>

#include <memory>

namespace pgjinja {

class Engine;

/// A transaction over a session that is another's: the one that is open there, or a new one. What
/// is not committed is the owner's to roll back.
class BorrowedTransaction {
 public:
  BorrowedTransaction(std::shared_ptr<Engine> engine, std::shared_ptr<pg::SessionDriver> session,
                      CallOptions calls);

  [[nodiscard]] const Transaction& operator*() const noexcept { return transaction_; }
  /// Commits it, if it is a new one. @throws as Transaction::commit()
  void commit();

 private:
  pg::Connection connection_;
  bool was_open_;
  Transaction transaction_;
};

}  // namespace pgjinja
