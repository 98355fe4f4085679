#pragma once

#include "pg/wire/backend_messages.hpp"
#include "pg/wire/session_state.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace pgjinja::pg::wire {

/// What to do about a statement that the server does not know any more.
inline constexpr std::string_view kLostStatementHint =
    "DEALLOCATE or DISCARD ALL was executed, or a pooler in transaction mode is in front of the "
    "server: that needs Settings::statement_cache = 0, or PgBouncer's max_prepared_statements";

/// One request and its answer up to ReadyForQuery, as a state machine: bytes in, bytes out, no I/O.
///
/// A driver asks wait() and obeys: Write some of output() and say sent(), Read into room() and say
/// received(); it may read while it is told to write (and must, when the server does not take
/// more: it may be waiting for us to read). Paused, the derived machine is to be told how to go on;
/// others never pause. When done, the derived machine's finish() gives the
/// result or throws. What arrives at any moment (notices, parameter changes, notifications, the
/// error that ends a session) is dealt with here.
class Conversation {
 public:
  enum class Wait { Read, Write, Paused, Done };

  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  [[nodiscard]] Wait wait() const noexcept {
    if (done_) return Wait::Done;
    if (paused_) return Wait::Paused;
    return sent_ < std::min(gate_, state_.out.size()) ? Wait::Write : Wait::Read;
  }
  [[nodiscard]] std::string_view output() const noexcept {
    return std::string_view(state_.out).substr(sent_, gate_ - sent_);
  }
  void sent(std::size_t size) {
    sent_ += size;
    anything_sent_ = anything_sent_ || size > 0;
    if (sent_ >= state_.out.size() && !done_) refill();
  }
  /// Is it worth a look between two writes whether the server has refused already?
  [[nodiscard]] virtual bool listens() const noexcept { return false; }
  [[nodiscard]] std::span<char> room() { return state_.in.room(); }
  /// Takes the first `size` bytes of the room. Never throws what finish() is to throw.
  void received(std::size_t size);
  /// The connection is gone; `reason` ends the message "the connection … was lost: ".
  void lost(std::string_view reason);
  /// A cancellation is on its way: when the server says that it has cancelled the request, the
  /// error is `error`.
  void cancelling(Error error);
  /// Nobody waits any longer: done with `error`, and the session is not to be used any more.
  void abandon(Error error);

 protected:
  explicit Conversation(SessionState& state)
      : state_(state), began_idle_(state.transaction == TransactionStatus::Idle) {}
  virtual ~Conversation() = default;

  /// A message that belongs to the request itself.
  virtual void answer(const Message& message) = 0;
  /// The server refused. True: `error` is what finish() will throw, unless an earlier one is known.
  virtual bool refused(const ErrorFields& fields, Error& error) = 0;
  /// ReadyForQuery has come; false when the request goes on with new output.
  virtual bool ready() = 0;
  /// What commits now was cancelled, or its session ended, while it waited for synchronous replicas
  /// (manual 27.2.8): it is there, and may not survive its primary.
  virtual void unconfirmed(Error error) { fail(std::move(error)); }
  /// A notification has come, and was kept.
  virtual void notified() {}
  /// The whole packet has been sent: a machine that writes in pieces writes the next one.
  virtual void refill() {}
  /// When the session was lost behind what was sent: can the request have taken effect? In a
  /// transaction block only what ends it can.
  [[nodiscard]] virtual bool may_have_taken_effect() const { return began_idle_; }
  /// When the server ends the session by an error: can the request have taken effect all the same?
  /// It can when a statement has been answered, which is committed behind that (manual 55.2.3), and
  /// while one commits.
  [[nodiscard]] virtual bool may_be_complete() const { return completed_ && began_idle_; }
  /// Has the server been sent all that a ReadyForQuery answers?
  [[nodiscard]] virtual bool asked() const noexcept { return sent_ >= state_.out.size(); }

  [[nodiscard]] SessionState& state() noexcept { return state_; }
  [[nodiscard]] const SessionState& state() const noexcept { return state_; }
  /// A statement has been answered since the last ReadyForQuery.
  [[nodiscard]] bool completed() const noexcept { return completed_; }
  /// The server has refused before anything was executed: `error` is safe to retry, if it is really
  /// the server's.
  static void nothing_was_done(Error& error) {
    if (!error.in_doubt()) error.safe_to_retry(true);
  }
  /// No transaction block was open when the request was made.
  [[nodiscard]] bool began_idle() const noexcept { return began_idle_; }
  /// The request holds a statement that changes the session.
  void changes(SessionChange change) noexcept {
    own_change_ = std::max(own_change_, change);
    state_.change = std::max(state_.change, change);
  }
  /// How much of the packet has been sent.
  [[nodiscard]] std::size_t sent_size() const noexcept { return sent_; }
  /// Pauses when what has come is used up, until unpause().
  void pause() noexcept { paused_ = true; }
  void unpause() noexcept { paused_ = false; }
  /// How a reset that is held goes ahead: in one with the request, which is not executed when the
  /// reset fails; or apart, for the messages of which only the first would not be: the rest of the
  /// packet is sent when the reset has succeeded.
  enum class Reset { Joined, Apart };
  /// The send buffer, emptied for a new packet. What the session state wants sent first is in it.
  std::string& new_packet(Reset reset = Reset::Joined);
  /// What was held of a reset is in the packet, and not answered yet.
  [[nodiscard]] bool resets() const noexcept { return reset_answers_ > 0; }
  /// Remembers the first error.
  void fail(Error error);
  void forget_failure() noexcept { error_.reset(); }
  /// The server does not know a statement that this session has prepared: says why that may be, to
  /// the handler of notices, once a session, when the statement is prepared anew unseen.
  void tell_lost_statement();
  /// The server sends COPY data: remembers the error that finish() will throw.
  void fail_copy();
  /// The server wants COPY data: the same, and tells it that none will come.
  void refuse_copy_in();
  void throw_failure() const {
    if (error_) throw *error_;
  }

 private:
  void consume();
  /// Gives large buffers back when the answer is complete: the session may be idle for long now.
  void release_buffers() noexcept;
  void dispatch(const Message& message);
  void on_notice(std::string_view body);
  [[nodiscard]] Error unconfirmed_error(const ErrorFields& fields) const;
  void on_notification(std::string_view body);
  void on_error_response(std::string_view body);
  [[nodiscard]] bool leaves_doubt(const ErrorFields& fields) const;
  bool belongs_to_prelude(const Message& message);
  bool belongs_to_reset(const Message& message);
  void on_reset();
  void on_reset_refused(const ErrorFields& fields);
  /// Anything of the request itself may have been sent.
  [[nodiscard]] bool request_sent() const noexcept { return anything_sent_ && gate_ == kNoGate; }
  bool skip_until_in_step(const Message& message);
  void get_in_step_after_copy();
  void on_parameter_status(std::string_view body);
  void on_ready(std::string_view body);
  void check_settings();
  void give_up(Error error);
  void give_up_midway(Error error);

  SessionState& state_;
  bool began_idle_;
  std::size_t sent_ = 0;
  bool anything_sent_ = false;
  bool done_ = false;
  bool paused_ = false;
  bool completed_ = false;
  bool settings_changed_ = false;
  bool copy_refused_ = false;  // CopyFail is written, its answer has not come
  bool prelude_ = false;       // what the session state's asks for is to be answered first
  static constexpr std::size_t kNoGate = std::string::npos;
  std::size_t reset_answers_ = 0;  // of the session state's reset, which come first
  std::size_t gate_ = kNoGate;     // where the packet stops until then
  SessionChange own_change_ = SessionChange::None;
  bool out_of_step_ = false;  // until the server's CloseComplete: see get_in_step_after_copy()
  std::optional<Error> error_;
  std::optional<Error> cancelled_as_;
};

}  // namespace pgjinja::pg::wire
