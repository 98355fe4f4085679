#include "pg/wire/script_machine.hpp"

#include "pg/wire/frontend_messages.hpp"

namespace pgjinja::pg::wire {

ScriptMachine::ScriptMachine(SessionState& state, std::string_view sql) : Conversation(state) {
  if (sql.empty() && !state.reset.empty()) {
    append_sync(new_packet(Reset::Joined));
  } else {
    append_query(new_packet(Reset::Apart), sql);
  }
  changes(session_change(sql));
  may_commit_ = may_commit(sql);
}

void ScriptMachine::answer(const Message& message) {
  switch (message.type) {
    case MessageType::RowDescription:
    case MessageType::DataRow:
    case MessageType::CommandComplete:
    case MessageType::EmptyQueryResponse:
    case MessageType::CopyData:
    case MessageType::CopyDone: return;
    case MessageType::CopyOutResponse: return fail_copy();
    case MessageType::CopyInResponse: return refuse_copy_in();
    default: unexpected(message);
  }
}

bool ScriptMachine::refused(const ErrorFields& /*fields*/, Error& /*error*/) { return true; }

}  // namespace pgjinja::pg::wire
