#pragma once

#include "pg/wire/conversation.hpp"
#include "pg/wire/description_exchange.hpp"

#include <string_view>

namespace pgjinja::pg::wire {

/// Has one statement described: Parse, Describe, Sync. The description holds as long as nobody
/// changes a table, which inside a transaction block nobody can.
class DescribeMachine final : public Conversation {
 public:
  /// @throws Error{Encode}; then nothing is to be sent.
  DescribeMachine(SessionState& state, std::string_view sql);

  /// The description, of a machine that is done. @throws what went wrong.
  Description finish();

 private:
  void answer(const Message& message) override;
  bool refused(const ErrorFields& fields, Error& error) override;
  bool ready() override;

  DescriptionExchange exchange_;
  bool refused_ = false;
};

}  // namespace pgjinja::pg::wire
