#include "pg/wire/held_reset.hpp"

#include "pg/wire/frontend_messages.hpp"

namespace pgjinja::pg::wire {

namespace {

void append_statement(std::string& out, std::string_view sql) {
  append_parse(out, {}, sql);
  BindMessage(out, {}, 0).finish(std::string_view("\0\0", 2));
  append_execute(out, 0);
}

}  // namespace

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
