#pragma once

#include "pg/session.hpp"
#include "pg/transport.hpp"
#include "pg/wake_up.hpp"
#include "pg/wire/conversation.hpp"
#include "pg/wire/script_machine.hpp"
#include "pg/wire/session_state.hpp"
#include "pg/wire/statement_cache.hpp"

#include <pgjinja/pg/call_limits.hpp>
#include <pgjinja/pg/pool_settings.hpp>
#include <pgjinja/pg/settings.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::pg {

/// An open session and what runs conversations over it on the calling thread, one at a time.
class SessionDriver {
 public:
  /// `tcp_patience` as for Session. @throws as Connection's constructor
  SessionDriver(const Settings& settings, const CallLimits& limits,
                std::chrono::milliseconds tcp_patience = std::chrono::milliseconds::max());
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

  /// An errand is a script whose answer nobody waits for now: it is taken as it comes, or at last
  /// by settle(), and when the script fails the session is not usable any more. No other call may
  /// be made until it has ended.
  void begin_errand(std::string_view script) noexcept;
  [[nodiscard]] bool on_errand() const noexcept { return errand_.has_value(); }
  [[nodiscard]] std::chrono::steady_clock::time_point errand_began() const noexcept {
    return errand_began_;
  }
  /// Goes on with it without waiting; false: there is still an answer to come.
  bool errand_ended() noexcept;
  /// Waits for its answer. False: it has not come by the deadline, or before a stop was requested.
  bool settle(const CallLimits& limits);

  /// Shows the label in the session's application_name, behind its own, from the next statement on
  /// and until the session is reset.
  void show_label(std::string_view label);
  /// Is there anything to undo of what its borrower has left in the session, as far as `reset` asks
  /// for it?
  [[nodiscard]] bool owes_reset(SessionReset reset) const noexcept;
  /// The script that undoes it (manual, DISCARD; but that statements stay prepared), for an errand;
  /// empty: there is nothing but what is held.
  [[nodiscard]] std::string reset_script(SessionReset reset);
  /// Has the next request undo it, which is not executed unless that succeeds (HeldReset). False:
  /// it must not wait for a request, since others may wait for it: a transaction, locks, channels.
  bool hold_reset(SessionReset reset);
  /// An errand sends what is held, if nobody comes for the session: also one of an empty script.
  [[nodiscard]] bool holds_reset() const noexcept { return !state_.reset.empty(); }

  /// Has the server refused a write since this was last asked, and not only since the transaction
  /// was read-only by its owner's wish?
  [[nodiscard]] bool takes_no_writes() noexcept;

  /// Says that no more will come (manual 55.2.10, Terminate).
  void say_goodbye() noexcept;
  /// Has the server closed the session? Drops what it has said. In a forked child there is none.
  [[nodiscard]] bool gone() noexcept;

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
  void require_settings(const CallLimits& limits);
  std::size_t advance_errand();
  bool end_errand() noexcept;
  [[nodiscard]] bool wants_reset(SessionReset reset) const noexcept;
  std::vector<std::string> reset_statements(SessionReset reset);

  std::unique_ptr<WakeUp> wake_up_;  // made when a call can be stopped
  Session session_;
  Transport transport_;
  wire::SessionState state_;
  wire::StatementCache statements_;
  std::chrono::milliseconds cancel_patience_;
  std::vector<std::string> required_;  // statements for settings that the server's own do not fit
  std::optional<wire::ScriptMachine> errand_;
  std::chrono::steady_clock::time_point errand_began_;
  std::string application_name_;  // as it was opened
  bool labelled_ = false;
  bool stale_label_ = false;  // an earlier one is shown as well, until the next request
  bool busy_ = false;
};

}  // namespace pgjinja::pg
