#pragma once

#include "client/transform_chain.hpp"

#include <pgjinja/client/stream.hpp>

#include <memory>

namespace pgjinja {

/// Leads the rows of a stream through transforms, and what comes out into another sink.
class TransformingSource final : public StreamSource, private RowOut {
 public:
  /// `rows` is what `inner` writes into. `out` must outlive this. @throws as row_by_row()
  TransformingSource(TransformChain chain, std::unique_ptr<ChunkSink<Map>> rows,
                     std::unique_ptr<StreamSource> inner, ChunkSink<Map>& out);
  bool next() override;

 private:
  void take(Map row) override { out_.add(std::move(row)); }

  TransformChain chain_;
  std::unique_ptr<ChunkSink<Map>> rows_;  // outlives the source, which writes into it
  std::unique_ptr<StreamSource> inner_;
  ChunkSink<Map>& out_;
  NestedRows nested_;
  RowPipe pipe_;
};

}  // namespace pgjinja
