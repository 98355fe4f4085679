#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace pgjinja {

/// What the server says of one statement text (a shape of a template) that connections have
/// prepared: pg_prepared_statements (manual 52.17), all of them taken together.
struct ShapeStatistics {
  std::string sql;                 ///< with $1, $2, …
  std::size_t connections = 0;     ///< how many of them have it prepared
  std::int64_t generic_plans = 0;  ///< executions by the plan that is kept
  std::int64_t custom_plans = 0;   ///< executions that were planned anew

  /// How often it was executed since it was prepared.
  [[nodiscard]] std::int64_t executions() const noexcept { return generic_plans + custom_plans; }
};

}  // namespace pgjinja
