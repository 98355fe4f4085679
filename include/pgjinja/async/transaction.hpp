#pragma once

#include <pgjinja/async/executor.hpp>
#include <pgjinja/async/operation.hpp>
#include <pgjinja/client/pending.hpp>

#include <cstdint>
#include <memory>
#include <string_view>
#include <type_traits>
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
/// operations that follow fail with Error{Config}; nested() confines errors. What is not committed
/// when it is destroyed is rolled back in the background, and its connection goes back to the
/// client: when its streams have ended. For as long as one has not, operations fail with
/// Error{Config}. Movable; those that are nested in each other are not to be used from two threads
/// at once.
class AsyncTransaction : public AsyncExecutor {
 public:
  /// One that has ended.
  AsyncTransaction() noexcept;
  ~AsyncTransaction();
  AsyncTransaction(AsyncTransaction&& other) noexcept;
  AsyncTransaction& operator=(AsyncTransaction&& other) noexcept;

  /// Keeps what was done, and ends it; of a nested one, leaves it to the one around. Fails as
  /// Transaction::commit() does.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto commit(Token token = Token()) {
    return detail::start_operation<std::int64_t>(ending(true), ended_call(), std::move(token));
  }
  /// Undoes what was done, and ends it, with those nested in it. Fails with Error{Config} when it
  /// has ended already, and with what ended a session that is lost over it.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto rollback(Token token = Token()) {
    return detail::start_operation<std::int64_t>(ending(false), ended_call(), std::move(token));
  }

  /// A transaction within this one (a savepoint), as Transaction::nested() gives: an
  /// AsyncTransaction. What it undoes is not undone around it. For as long as it has not ended the
  /// operations of the outer one fail with Error{Config}, but for rollback(), which ends both. One
  /// that is destroyed is rolled back before what is begun after that. Fails as execute() does.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto nested(Token token = Token()) {
    Nesting begun = nesting();
    return detail::start_operation<AsyncTransaction>(std::move(begun.first),
                                                     std::move(begun.second), std::move(token));
  }

  /// Awaits `body(AsyncTransaction&)`, which gives an awaitable, in a nested transaction, commits
  /// that when it returns, and gives what it gave. What it throws has only undone what it did.
  template <class Body>
  auto transaction(Body body) {
    return run_nested(nesting(), std::move(body));
  }

 private:
  friend class AsyncClient;
  explicit AsyncTransaction(std::shared_ptr<AsyncTransactionTarget> target) noexcept;
  /// @throws Error{Config} when there is none.
  [[nodiscard]] AsyncTransactionTarget& open_target() const;
  [[nodiscard]] std::shared_ptr<AsyncTarget> ending(bool commit) const;
  using Nesting =
      std::pair<std::shared_ptr<AsyncTarget>, std::shared_ptr<BatchCallOf<AsyncTransaction>>>;
  [[nodiscard]] Nesting nesting() const;
  class Beginning;
  /// What gives one of `target` once it has begun; `name` is what messages call it.
  static std::shared_ptr<BatchCallOf<AsyncTransaction>> beginning_call(
      std::string_view name, std::shared_ptr<AsyncTransactionTarget> target);
  static std::shared_ptr<BatchCallOf<std::int64_t>> ended_call();
  void abandon() noexcept;

  template <class Body>
  static auto run_nested(Nesting begun, Body body)
      -> std::invoke_result_t<Body&, AsyncTransaction&> {
    AsyncTransaction inner = co_await detail::start_operation<AsyncTransaction>(
        std::move(begun.first), std::move(begun.second), boost::asio::use_awaitable);
    co_return co_await run_to_commit(inner, body);
  }
  /// Awaits the body in `tx`, commits, and gives what it gave.
  template <class Body>
  static auto run_to_commit(AsyncTransaction& tx, Body& body)
      -> std::invoke_result_t<Body&, AsyncTransaction&> {
    using Given = typename std::invoke_result_t<Body&, AsyncTransaction&>::value_type;
    if constexpr (std::is_void_v<Given>) {
      co_await body(tx);
      co_await tx.commit();
    } else {
      Given given = co_await body(tx);
      co_await tx.commit();
      co_return given;
    }
  }

  std::shared_ptr<AsyncTransactionTarget> transaction_;
};

}  // namespace pgjinja
