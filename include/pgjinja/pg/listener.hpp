#pragma once

#include <pgjinja/pg/call_limits.hpp>
#include <pgjinja/pg/notice.hpp>
#include <pgjinja/pg/settings.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::pg {

class SessionDriver;

/// A session of its own that listens to channels (manual, LISTEN).
///
///     pgjinja::pg::Listener orders(settings, {"orders"});
///     while (true) {
///       if (const auto news = orders.next({.deadline = in_a_minute()})) handle(news->payload);
///     }
///
/// The server keeps nothing for those who do not listen: what is notified before a Listener is
/// made, or after its session was lost, is never told. So look at the tables after making one.
/// Movable; not to be used from two threads at once, but for a requested stop.
class Listener {
 public:
  /// Opens a session and listens. Channels are names as they are, not folded to lower case: the
  /// channel that `NOTIFY Orders` means is "orders".
  /// @throws as Connection's constructor and run_script(); Error{Config} for a
  ///         name that is empty, or longer than the 63 bytes that the server keeps.
  Listener(const Settings& settings, const std::vector<std::string>& channels,
           const CallLimits& limits = {});
  ~Listener();
  Listener(Listener&&) noexcept;
  Listener& operator=(Listener&&) noexcept;

  /// The next notification, in the order in which their transactions were committed; nothing when
  /// the deadline of `limits` passes first. A deadline in the past takes what has come already.
  /// @throws Error{Cancelled} when a stop was requested, Error{Connection} when the session is
  /// lost:
  ///         then make a new one.
  std::optional<Notification> next(const CallLimits& limits = {});

  /// Listens to one more channel, or no longer to it. @throws as Connection::run_script()
  void listen(std::string_view channel, const CallLimits& limits = {});
  void unlisten(std::string_view channel, const CallLimits& limits = {});

  [[nodiscard]] bool usable() const noexcept;
  [[nodiscard]] std::uint32_t backend_pid() const noexcept;

 private:
  std::unique_ptr<SessionDriver> driver_;
};

}  // namespace pgjinja::pg
