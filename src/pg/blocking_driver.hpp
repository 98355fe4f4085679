#pragma once

#include "pg/interruption.hpp"
#include "pg/transport.hpp"
#include "pg/wire/conversation.hpp"

namespace pgjinja::pg {

/// Runs a conversation on the calling thread to its end, to its next pause, or to where
/// `interruption` ends it, as in a forked child. While the server does not take the packet it is
/// read from, so that two full socket buffers never wait for each other.
void converse(Transport& transport, wire::Conversation& conversation, Interruption& interruption);

/// Gives the conversation what came of a read: bytes, an end, or nothing.
void take(wire::Conversation& conversation, const Transport::Io& io);

}  // namespace pgjinja::pg
