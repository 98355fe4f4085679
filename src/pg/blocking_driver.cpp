#include "pg/blocking_driver.hpp"

namespace pgjinja::pg {

namespace {

using wire::Conversation;

void take(Conversation& conversation, const Transport::Io& io) {
  if (!io.failure.empty()) {
    conversation.lost(io.failure);
  } else if (io.bytes > 0) {
    conversation.received(io.bytes);
  }
}

void write(Transport& transport, Conversation& conversation) {
  const Transport::Io io = transport.send(conversation.output());
  conversation.sent(io.bytes);
  if (io.bytes > 0) {
    if (!conversation.listens()) return;
    return take(conversation, transport.try_receive(conversation.room()));
  }
  if (io.failure.empty()) {
    transport.wait_for_either();
    return take(conversation, transport.try_receive(conversation.room()));
  }
  // A server that hung up may have said why: that is still to be read, before its end.
  Transport::Io rest = transport.try_receive(conversation.room());
  while (rest.bytes > 0 && conversation.wait() != Conversation::Wait::Done) {
    conversation.received(rest.bytes);
    rest = transport.try_receive(conversation.room());
  }
  conversation.lost(io.failure);
}

}  // namespace

void converse(Transport& transport, Conversation& conversation) {
  while (true) {
    switch (conversation.wait()) {
      case Conversation::Wait::Write: write(transport, conversation); break;
      case Conversation::Wait::Read:
        take(conversation, transport.receive(conversation.room()));
        break;
      case Conversation::Wait::Done: return;
    }
  }
}

}  // namespace pgjinja::pg
