#pragma once

#include "client/transform_chain.hpp"

#include <pgjinja/client/stream.hpp>

namespace pgjinja {

/// Leads the rows of a stream through transforms as they come, and what comes out into another
/// sink.
class TransformedRows final : private RowOut {
 public:
  /// `out` must outlive this. @throws as row_by_row()
  TransformedRows(TransformChain chain, ChunkSink<Map>& out);

  /// What the rows come into.
  [[nodiscard]] ChunkSink<Map>& rows() noexcept { return rows_; }
  /// Leads on what has come since the last time. Without `more` these were the last rows.
  /// @throws what transforms throw
  void lead_on(bool more);

 private:
  void take(Map row) override { out_.add(std::move(row)); }

  TransformChain chain_;
  ChunkSink<Map> rows_;
  ChunkSink<Map>& out_;
  NestedRows nested_;
  RowPipe pipe_;
};

}  // namespace pgjinja
