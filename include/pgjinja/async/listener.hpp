#pragma once

#include <pgjinja/async/operation.hpp>
#include <pgjinja/client/pending.hpp>
#include <pgjinja/pg/notice.hpp>

#include <memory>
#include <utility>

#include <boost/asio/use_awaitable.hpp>

namespace pgjinja {

class ListenTarget;

/// A session of its own that listens to channels (manual, LISTEN), as pg::Listener does.
///
///     pgjinja::AsyncListener orders = co_await db.listen({"orders"});
///     while (true) handle((co_await orders.next()).payload);
///
/// The server keeps nothing for those who do not listen: what is notified before listen() has
/// ended, or after the session was lost, is never told. So look at the tables behind it.
/// Movable; not to be used from two threads at once; it may outlive its client, but not the
/// execution context. The session ends with it.
class AsyncListener {
 public:
  /// One that has ended.
  AsyncListener() noexcept = default;
  ~AsyncListener();
  AsyncListener(AsyncListener&& other) noexcept = default;
  AsyncListener& operator=(AsyncListener&& other) noexcept;

  /// The next pg::Notification, in the order in which their transactions were committed. One call
  /// at a time. Cancelling it (Error{Cancelled}), as `||` with a timer does, loses nothing: the
  /// next call goes on. Fails with Error{Connection} when the session is lost: then listen anew.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto next(Token token = Token()) {
    return detail::start_operation<pg::Notification>(target(), next_call(), std::move(token));
  }

 private:
  friend class ListenCall;
  explicit AsyncListener(std::shared_ptr<ListenTarget> target) noexcept;

  void abandon() noexcept;
  /// @throws Error{Config} when it has ended.
  [[nodiscard]] std::shared_ptr<AsyncTarget> target() const;
  [[nodiscard]] std::shared_ptr<BatchCallOf<pg::Notification>> next_call() const;

  std::shared_ptr<ListenTarget> target_;
};

}  // namespace pgjinja
