#pragma once

#include "pg/cancel_request.hpp"
#include "pg/session.hpp"
#include "pg/wake_up.hpp"
#include "pg/wire/conversation.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/call_limits.hpp>

#include <chrono>
#include <optional>

namespace pgjinja::pg {

/// Ends a conversation early: waits for the socket on its behalf, and cancels at the server when a
/// limit is reached meanwhile, again and again until the conversation has ended; when that is not
/// so within the patience, it is abandoned.
class Interruption {
 public:
  /// All arguments must outlive it. `wake_up` rings for a requested stop; may be null.
  Interruption(const Session& session, const CallLimits& limits, const WakeUp* wake_up,
               std::chrono::milliseconds patience)
      : session_(session), limits_(limits), wake_up_(wake_up), patience_(patience) {}

  /// In a forked child, which may have been in the middle of it, `conversation` has been abandoned:
  /// its parent goes on with it.
  bool disowned(wire::Conversation& conversation) const;
  /// Waits for events of poll(). False: `conversation` has been abandoned.
  bool wait(int socket, short events, wire::Conversation& conversation);

  /// To be asked when the conversation is done: can no cancellation come any more? May wait for the
  /// rest of the patience.
  [[nodiscard]] bool over() const { return !request_ || request_->ended_by(end_); }

 private:
  using Clock = std::chrono::steady_clock;
  void repeat();
  void cancel(ErrorKind kind, wire::Conversation& conversation);
  [[nodiscard]] std::chrono::milliseconds elapsed() const;

  const Session& session_;
  const CallLimits& limits_;
  const WakeUp* wake_up_;
  std::chrono::milliseconds patience_;

  Clock::time_point began_ = limits_.deadline == Clock::time_point::max() && wake_up_ == nullptr
                                 ? Clock::time_point()
                                 : Clock::now();
  Clock::time_point end_ = limits_.deadline;
  Clock::time_point repeat_at_ = Clock::time_point::max();
  ErrorKind kind_ = ErrorKind::Timeout;
  std::optional<CancelRequest> request_;
};

}  // namespace pgjinja::pg
