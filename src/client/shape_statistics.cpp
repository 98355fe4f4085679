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

}  // namespace

std::vector<ShapeStatistics> shape_statistics(pg::Pool& pool, const pg::CallLimits& limits) {
  std::map<std::string, ShapeStatistics> shapes;
  for (const pg::Lease& connection : pool.acquire_idle()) {
    for (Prepared& each : ask(*connection, limits)) {
      ShapeStatistics& shape = shapes[each.sql];
      ++shape.connections;
      shape.generic_plans += each.generic_plans;
      shape.custom_plans += each.custom_plans;
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
