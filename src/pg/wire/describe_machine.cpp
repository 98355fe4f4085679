#include "pg/wire/describe_machine.hpp"

#include "pg/wire/frontend_messages.hpp"

#include <utility>

namespace pgjinja::pg::wire {

DescribeMachine::DescribeMachine(SessionState& state, std::string_view sql) : Conversation(state) {
  std::string& out = new_packet();
  DescriptionExchange::write(out, sql);
  append_sync(out);
}

void DescribeMachine::answer(const Message& message) {
  if (refused_) unexpected(message);
  exchange_.answer(message);
}

bool DescribeMachine::refused(const ErrorFields& /*fields*/, Error& error) {
  refused_ = true;
  if (began_idle()) nothing_was_done(error);
  return true;
}

bool DescribeMachine::ready() {
  if (refused_ || exchange_.done()) return true;
  throw Error(ErrorKind::Protocol, "the server was ready before it had described the statement");
}

Description DescribeMachine::finish() {
  throw_failure();
  return std::move(exchange_.description());
}

}  // namespace pgjinja::pg::wire
