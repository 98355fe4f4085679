#include "pg/blocking_driver.hpp"

#include <poll.h>

namespace pgjinja::pg {

using wire::Conversation;

namespace {

void read(Transport& transport, Conversation& conversation, Interruption& interruption) {
  const short awaited = transport.awaited();
  if (awaited == 0 || interruption.wait(transport.socket(), awaited, conversation)) {
    take(conversation, transport.receive(conversation.room()));
  }
}

void write(Transport& transport, Conversation& conversation, Interruption& interruption) {
  const Transport::Io io = transport.send(conversation.output());
  conversation.sent(io.bytes);
  if (io.bytes > 0 && !conversation.listens()) return;
  if (io.failure.empty()) {
    if (interruption.wait(transport.socket(), POLLIN | POLLOUT, conversation)) {
      take(conversation, transport.receive(conversation.room()));
    }
    return;
  }
  // A server that hung up may have said why: that is still to be read, before its end.
  Transport::Io rest = transport.receive(conversation.room());
  while (rest.bytes > 0 && conversation.wait() != Conversation::Wait::Done) {
    conversation.received(rest.bytes);
    rest = transport.receive(conversation.room());
  }
  conversation.lost(io.failure);
}

}  // namespace

void take(Conversation& conversation, const Transport::Io& io) {
  if (!io.failure.empty()) {
    conversation.lost(io.failure);
  } else if (io.bytes > 0) {
    conversation.received(io.bytes);
  }
}

[[gnu::hot]] void converse(Transport& transport, Conversation& conversation,
                           Interruption& interruption) {
  while (true) {
    const Conversation::Wait wait = conversation.wait();
    const bool ended = wait == Conversation::Wait::Paused || wait == Conversation::Wait::Done;
    if (ended || interruption.disowned(conversation)) return;
    if (wait == Conversation::Wait::Write) {
      write(transport, conversation, interruption);
    } else {
      read(transport, conversation, interruption);
    }
  }
}

}  // namespace pgjinja::pg
