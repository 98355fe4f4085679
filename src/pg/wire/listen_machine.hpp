#pragma once

#include "pg/wire/conversation.hpp"

namespace pgjinja::pg::wire {

/// Asks for nothing, and pauses when the server has told a notification (manual 55.2.7). What it
/// tells goes to SessionState::notifications.
class ListenMachine final : public Conversation {
 public:
  explicit ListenMachine(SessionState& state) : Conversation(state) { new_packet(); }

  /// @throws what went wrong.
  void check() const { throw_failure(); }

 private:
  void answer(const Message& message) override { unexpected(message); }
  bool refused(const ErrorFields&, Error&) override { return true; }
  bool ready() override { return true; }
  void notified() override { pause(); }
  [[nodiscard]] bool asked() const noexcept override { return false; }
};

}  // namespace pgjinja::pg::wire
