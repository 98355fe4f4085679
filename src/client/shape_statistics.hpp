#pragma once

#include <pgjinja/client/shape_statistics.hpp>
#include <pgjinja/pg/call_limits.hpp>
#include <pgjinja/pg/cluster.hpp>

#include <vector>

namespace pgjinja {

/// Asks the connections of all hosts that are idle, one after the other; the shape that was
/// executed most comes first. @throws as pg::Connection::execute()
std::vector<ShapeStatistics> shape_statistics(pg::Cluster& cluster, const pg::CallLimits& limits);

}  // namespace pgjinja
