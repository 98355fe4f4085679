#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/outcome.hpp>
#include <pgjinja/pg/rows.hpp>

#include <cstdint>
#include <exception>
#include <span>
#include <string_view>

namespace pgjinja::pg {

/// Do the statements of a pipeline succeed and fail together?
enum class Grouping : std::uint8_t {
  Together,  ///< in one transaction: when one fails, none of them has happened
  Each       ///< each in its own transaction: one that fails does not concern the others
};

/// COPY cannot be part of a pipeline, since it takes over the connection's both directions.
[[nodiscard]] bool can_pipeline(std::string_view sql) noexcept;

/// One statement of a pipeline, and what became of it.
struct PipelineEntry {
  std::string_view sql;               ///< must live until the call returns
  std::span<const Value> parameters;  ///< the same
  RowSink* sink = nullptr;            ///< takes its rows; not null, of this entry only

  /// It has been executed, and nothing has taken it back.
  bool done = false;
  /// It ran to its end: a failure that there may be all the same is that of its transaction's end.
  bool executed = false;
  /// The session is in a transaction block behind it, which its end may still take back.
  bool left_open = false;
  /// What it did, when it is done.
  Outcome outcome = {};
  /// What went wrong: an Error, or whatever its sink threw (it is done then all the same). None
  /// together with `done == false`: another entry's failure kept it from happening.
  std::exception_ptr failure = nullptr;
  /// It was refused before it began, since what an earlier call prepared has become wrong: the same
  /// once more may do.
  bool stale = false;
};

}  // namespace pgjinja::pg
