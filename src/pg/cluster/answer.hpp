#pragma once

#include "pg/cluster/topology.hpp"

#include <pgjinja/pg/call_limits.hpp>
#include <pgjinja/pg/connection.hpp>

#include <string_view>

namespace pgjinja::pg::cluster {

/// Asks a server what it is. @throws as Connection::execute()
Answer ask(Connection& connection, const CallLimits& limits);

/// What the server has written, in words: "primary 22817184 1", "read-only 22817184 1",
/// "replica 22817184", "replica". @throws Error{Protocol} for what it is not
Answer answer_of(std::string_view text);

}  // namespace pgjinja::pg::cluster
