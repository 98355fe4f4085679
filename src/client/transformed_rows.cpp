#include "client/transformed_rows.hpp"

#include <cstddef>
#include <utility>

namespace pgjinja {

TransformedRows::TransformedRows(TransformChain chain, ChunkSink<Map>& out)
    : chain_(std::move(chain)),
      out_(out),
      pipe_(chain_.row_by_row(), RowOrder::Following, nested_, *this) {}

void TransformedRows::lead_on(bool more) {
  for (std::size_t i = 0; i < rows_.size(); ++i) pipe_.take(std::move(rows_[i]));
  rows_.clear();
  if (!more) pipe_.end();
}

}  // namespace pgjinja
