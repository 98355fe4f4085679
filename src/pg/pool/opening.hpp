#pragma once

#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/pool_settings.hpp>

#include <chrono>
#include <functional>

namespace pgjinja::pg::pool {

/// Opens a connection of a pool on the calling thread, as its hooks want it.
/// @throws as Connection's constructor, and what the hooks throw.
Connection open_connection(const Settings& settings, const PoolHooks& hooks, CallLimits limits);

/// Opens a connection as the hooks want it opened, without preparing it.
std::function<Connection(const Settings&, const CallLimits&)> opener_of(const PoolHooks& hooks);

/// Borrowing and giving back set no alarm. So often a pool looks what has become due by them, which
/// is often enough to be late by no more than a quarter, or 5 ms.
std::chrono::milliseconds patrol_of(const PoolSettings& settings);

}  // namespace pgjinja::pg::pool
