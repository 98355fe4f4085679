#pragma once

#include "client/counting_sink.hpp"
#include "client/many.hpp"

#include <pgjinja/pg/pipeline.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace pgjinja {

/// Some of the rows, each bound to its own statement, for one packet of a pipeline.
class ManyChunk {
 public:
  /// Binds the rows from `begin` on: at most a thousand, and about a megabyte.
  /// @throws what binding throws, telling the row
  ManyChunk(Many& many, std::size_t begin);

  /// How many rows they are.
  [[nodiscard]] std::size_t size() const noexcept { return statements_.size(); }
  /// Appends an entry for each row. They point into the chunk.
  void append(std::vector<pg::PipelineEntry>& entries);
  /// How many rows of tables their entries affected. @throws why one of them failed, placed
  std::int64_t affected(std::span<const pg::PipelineEntry> entries) const;

 private:
  Many& many_;
  std::size_t begin_;
  std::deque<sql::Statement> statements_;
  std::deque<CountingSink> sinks_;
};

}  // namespace pgjinja
