#pragma once

#include <pgjinja/client/shape_statistics.hpp>
#include <pgjinja/pg/call_limits.hpp>
#include <pgjinja/pg/pool.hpp>

#include <vector>

namespace pgjinja {

/// Asks the connections that are idle, one after the other; the shape that was executed most comes
/// first. @throws as pg::Connection::execute()
std::vector<ShapeStatistics> shape_statistics(pg::Pool& pool, const pg::CallLimits& limits);

}  // namespace pgjinja
