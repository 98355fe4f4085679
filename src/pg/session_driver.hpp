#pragma once

#include "pg/session.hpp"
#include "pg/transport.hpp"
#include "pg/wake_up.hpp"
#include "pg/wire/conversation.hpp"
#include "pg/wire/session_state.hpp"
#include "pg/wire/statement_cache.hpp"

#include <pgjinja/pg/call_limits.hpp>
#include <pgjinja/pg/settings.hpp>

#include <chrono>
#include <memory>

namespace pgjinja::pg {

/// An open session and what runs conversations over it on the calling thread, one at a time.
class SessionDriver {
 public:
  /// @throws as Connection's constructor
  SessionDriver(const Settings& settings, std::chrono::steady_clock::time_point deadline);
  SessionDriver(const SessionDriver&) = delete;
  SessionDriver& operator=(const SessionDriver&) = delete;

  /// One call's turn on the session; a sink cannot start another one in the middle of it.
  class Turn {
   public:
    /// @throws Error{Config, Connection} when the session cannot be used (now), and as
    ///         refuse_if_over() does.
    Turn(SessionDriver& driver, const CallLimits& limits);
    ~Turn() { driver_.busy_ = false; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    SessionDriver& driver_;
  };

  /// Runs `machine` until it is done or pauses, within a turn. @throws only what leaves the session
  /// broken (memory has run out).
  void run(wire::Conversation& machine, const CallLimits& limits);

  /// Reads until the machine pauses or is done, or the deadline passes, which is no error.
  /// @throws Error{Cancelled} when a stop was requested.
  void listen(wire::Conversation& machine, const CallLimits& limits);

  [[nodiscard]] bool usable() const noexcept { return state_.usable && session_.belongs_here(); }
  /// Idle, as far as can be told without asking the system: nothing unread was received.
  [[nodiscard]] bool at_rest() const noexcept;
  /// See Connection::quiet().
  [[nodiscard]] bool quiet() const noexcept;

  [[nodiscard]] Transport& transport() noexcept { return transport_; }
  [[nodiscard]] wire::SessionState& state() noexcept { return state_; }
  [[nodiscard]] wire::StatementCache& statements() noexcept { return statements_; }
  [[nodiscard]] const Session& session() const noexcept { return session_; }
  [[nodiscard]] std::chrono::milliseconds cancel_patience() const noexcept {
    return cancel_patience_;
  }

 private:
  void check_usable() const;
  void require_settings(std::chrono::steady_clock::time_point deadline);

  Session session_;
  Transport transport_;
  wire::SessionState state_;
  wire::StatementCache statements_;
  std::chrono::milliseconds cancel_patience_;
  std::unique_ptr<WakeUp> wake_up_;  // made when a call can be stopped
  bool busy_ = false;
};

}  // namespace pgjinja::pg
