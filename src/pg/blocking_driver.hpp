#pragma once

#include "pg/transport.hpp"
#include "pg/wire/conversation.hpp"

namespace pgjinja::pg {

/// Runs a conversation to its end on the calling thread. While the server does not take the packet
/// it is read from, so that two full socket buffers never wait for each other.
void converse(Transport& transport, wire::Conversation& conversation);

}  // namespace pgjinja::pg
