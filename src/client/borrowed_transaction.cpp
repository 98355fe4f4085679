#include "client/borrowed_transaction.hpp"

#include "client/transaction_state.hpp"

#include <utility>

namespace pgjinja {

BorrowedTransaction::BorrowedTransaction(std::shared_ptr<Engine> engine,
                                         std::shared_ptr<pg::SessionDriver> session,
                                         CallOptions calls)
    : connection_(std::move(session)),
      was_open_(connection_.in_transaction()),
      transaction_(
          std::make_shared<TransactionState>(std::move(engine), connection_, std::move(calls)), 0) {
}

void BorrowedTransaction::commit() {
  if (!was_open_) transaction_.commit();
}

}  // namespace pgjinja
