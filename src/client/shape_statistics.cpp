#include "client/shape_statistics.hpp"

#include <pgjinja/client/row_sinks.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace pgjinja {

namespace {

/// What one connection says of one of its statements.
struct Prepared {
  std::string sql;
  std::int64_t generic_plans;
  std::int64_t custom_plans;
};

// Statements of our own are no shapes: of settings, of these statistics, and of transactions.
constexpr std::string_view kAsk =
    "/*pgjinja*/ SELECT statement AS sql, generic_plans, custom_plans FROM pg_prepared_statements"
    " WHERE NOT from_sql AND statement !~ '^(/\\*pgjinja\\*/|BEGIN|COMMIT|(RELEASE )?SAVEPOINT "
    "pgjinja_)'";

std::vector<Prepared> ask(pg::Connection& connection, const pg::CallLimits& limits) {
  RowsSink<Prepared> sink;
  sink.finish(connection.execute(kAsk, {}, sink, limits));
  return std::move(sink).take();
}

void add(const Prepared& one, std::map<std::string, ShapeStatistics>& shapes) {
  ShapeStatistics& shape = shapes[one.sql];
  ++shape.connections;
  shape.generic_plans += one.generic_plans;
  shape.custom_plans += one.custom_plans;
}

}  // namespace

std::vector<ShapeStatistics> shape_statistics(pg::Cluster& cluster, const pg::CallLimits& limits) {
  std::map<std::string, ShapeStatistics> shapes;
  for (std::size_t host = 0; host < cluster.size(); ++host) {
    for (const pg::Lease& connection : cluster.pool(host).acquire_idle()) {
      for (const Prepared& each : ask(*connection, limits)) add(each, shapes);
    }
  }
  std::vector<ShapeStatistics> all;
  for (auto& [sql, shape] : shapes) {
    shape.sql = sql;
    all.push_back(std::move(shape));
  }
  std::ranges::stable_sort(all, std::ranges::greater(), &ShapeStatistics::executions);
  return all;
}

}  // namespace pgjinja
