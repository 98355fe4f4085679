#include "pg/wire/held_reset.hpp"

#include "pg/wire/frontend_messages.hpp"

namespace pgjinja::pg::wire {

void HeldReset::add(std::string_view sql) {
  append_statement(messages_, sql);
  ++statements_;
}

void HeldReset::clear() noexcept {
  messages_.clear();
  statements_ = 0;
}

std::size_t HeldReset::append(std::string& out) const {
  // Whatever the session's default is: a standby knows no serializable transactions.
  append_statement(out, "BEGIN ISOLATION LEVEL READ COMMITTED");
  out.append(messages_);
  append_statement(out, "COMMIT");
  return statements_ + 2;
}

}  // namespace pgjinja::pg::wire
