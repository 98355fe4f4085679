#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace pgjinja::pg {

class Connection;
struct CallLimits;
struct Settings;

/// A pool's connection, as its hooks are told of it.
struct PooledSession {
  std::uint32_t backend_pid = 0;
  std::chrono::steady_clock::time_point opened;
  std::uint64_t borrowings = 0;  ///< so far, with the present one
  std::string_view label;        ///< of who has it, or had it last; lives as long as the call
};

/// What has happened in a pool.
struct PoolEvent {
  enum class Kind : std::uint8_t {
    Opened,         ///< a session was opened; `time` says how long it took
    OpeningFailed,  ///< `text` is the report of the error
    Closed,         ///< `text` says why
    Refused,        ///< a caller got no connection, for the reason in `text`; `time` it has waited
    Leak,           ///< `label` has had a connection for `time`, longer than leak_after
    BreakerOpened,  ///< the server has not been reached for `time`: callers fail at once
    BreakerClosed   ///< it is there again, after `time`
  };
  Kind kind = Kind::Opened;
  std::uint32_t backend_pid = 0;  ///< 0: there is no session
  std::string label = {};         ///< of the caller
  std::string text = {};
  std::chrono::nanoseconds time{0};
};

std::string_view pool_event_name(PoolEvent::Kind kind) noexcept;

/// Functions of yours that a pool calls, each from whichever thread it is at; several may be called
/// at the same time. They must not use the pool itself.
struct PoolHooks {
  /// Opens a connection in the pool's place, for example with a password that is fetched anew. It
  /// has to keep to the limits. @throws Error, which is the failure of the opening.
  std::function<Connection(const Settings& settings, const CallLimits& limits)> open = {};
  /// A session was opened: prepare it as every borrower wants it. @throws anything: it is closed,
  /// as a failed opening.
  std::function<void(Connection& connection)> on_connect = {};
  /// A connection is about to be lent. False: it is closed, and another one lent. Must not wait.
  std::function<bool(const PooledSession& session)> before_acquire = {};
  /// A connection has come back. False: it is closed. Must not wait, nor throw.
  std::function<bool(const PooledSession& session)> after_release = {};
  /// A connection is about to be closed. Must not wait, nor throw.
  std::function<void(const PooledSession& session)> on_close = {};
  /// Something has happened. Must not wait, nor throw.
  std::function<void(const PoolEvent& event)> on_event = {};
};

}  // namespace pgjinja::pg
