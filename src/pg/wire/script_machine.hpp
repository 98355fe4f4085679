#pragma once

#include "pg/wire/conversation.hpp"

#include <string_view>

namespace pgjinja::pg::wire {

/// Runs statements without parameters by the simple query protocol (manual 55.2.2) and drops what
/// they return. The server stops at the first one that fails. An empty script is an exchange of
/// nothing, or of the reset that is held.
class ScriptMachine final : public Conversation {
 public:
  /// `sql` is copied into the send buffer. @throws Error{Encode} for a NUL byte in it.
  ScriptMachine(SessionState& state, std::string_view sql);

  /// @throws what went wrong.
  void finish() const { throw_failure(); }

 private:
  void answer(const Message& message) override;
  bool refused(const ErrorFields& fields, Error& error) override;
  bool ready() override { return true; }
  [[nodiscard]] bool may_have_taken_effect() const override { return began_idle() || may_commit_; }
  [[nodiscard]] bool may_be_complete() const override {
    return (completed() && began_idle()) || may_commit_;
  }

  bool may_commit_ = false;
};

}  // namespace pgjinja::pg::wire
