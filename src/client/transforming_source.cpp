#include "client/transforming_source.hpp"

#include <cstddef>
#include <utility>

namespace pgjinja {

TransformingSource::TransformingSource(TransformChain chain, std::unique_ptr<ChunkSink<Map>> rows,
                                       std::unique_ptr<StreamSource> inner, ChunkSink<Map>& out)
    : chain_(std::move(chain)),
      rows_(std::move(rows)),
      inner_(std::move(inner)),
      out_(out),
      pipe_(chain_.row_by_row(), RowOrder::Following, nested_, *this) {}

bool TransformingSource::next() {
  rows_->clear();
  const bool more = inner_->next();
  for (std::size_t i = 0; i < rows_->size(); ++i) pipe_.take(std::move((*rows_)[i]));
  if (!more) pipe_.end();
  return more;
}

}  // namespace pgjinja
