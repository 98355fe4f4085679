#pragma once

#include <pgjinja/async/executor.hpp>
#include <pgjinja/async/operation.hpp>
#include <pgjinja/client/pending.hpp>

#include <cstdint>
#include <memory>
#include <utility>

#include <boost/asio/use_awaitable.hpp>

namespace pgjinja {

class AsyncTransactionTarget;

/// A transaction on one connection, which it has for itself: what Transaction is for an
/// AsyncClient.
///
///     pgjinja::AsyncTransaction tx = co_await db.begin();
///     co_await tx.execute("accounts/debit", args("id", 1, "amount", 5));
///     co_await tx.commit();
///
/// Operations that are begun while another one runs are executed behind it, in order. BEGIN and the
/// settings travel in the packet of the first statement. After an error of the server the
/// operations that follow fail with Error{Config}. What is not committed when it is destroyed is
/// rolled back in the background, and its connection goes back to the client: when its streams have
/// ended. For as long as one has not, operations fail with Error{Config}. Movable.
class AsyncTransaction : public AsyncExecutor {
 public:
  /// One that has ended.
  AsyncTransaction() noexcept;
  ~AsyncTransaction();
  AsyncTransaction(AsyncTransaction&& other) noexcept;
  AsyncTransaction& operator=(AsyncTransaction&& other) noexcept;

  /// Keeps what was done, and ends it. Fails as Transaction::commit() does.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto commit(Token token = Token()) {
    return detail::start_operation<std::int64_t>(ending(true), ended_call(), std::move(token));
  }
  /// Undoes what was done, and ends it.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto rollback(Token token = Token()) {
    return detail::start_operation<std::int64_t>(ending(false), ended_call(), std::move(token));
  }

 private:
  friend class AsyncBeginning;
  explicit AsyncTransaction(std::shared_ptr<AsyncTransactionTarget> target) noexcept;
  /// @throws Error{Config} when it has ended.
  [[nodiscard]] std::shared_ptr<AsyncTarget> ending(bool commit) const;
  static std::shared_ptr<BatchCallOf<std::int64_t>> ended_call();
  void abandon() noexcept;

  std::shared_ptr<AsyncTransactionTarget> transaction_;
};

}  // namespace pgjinja
