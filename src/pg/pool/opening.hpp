#pragma once

#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/pool_settings.hpp>

#include <chrono>

namespace pgjinja::pg::pool {

/// Opens a connection of a pool on the calling thread, as its hooks want it.
/// @throws as Connection's constructor, and what the hooks throw.
Connection open_connection(const Settings& settings, const PoolHooks& hooks, CallLimits limits);

/// Borrowing and giving back set no alarm. So often a pool looks what has become due by them, which
/// is often enough to be late by no more than a quarter, or 5 ms.
std::chrono::milliseconds patrol_of(const PoolSettings& settings);

}  // namespace pgjinja::pg::pool
