#pragma once

#include "client/transformed_rows.hpp"

#include <pgjinja/async/stream.hpp>
#include <pgjinja/core/value.hpp>

#include <utility>

namespace pgjinja {

/// Rows of a stream that are led through transforms before they are taken.
class DataRows final : public detail::AsyncRowsOf<Map> {
 public:
  /// @throws as TransformChain::row_by_row()
  explicit DataRows(TransformChain chain) : transformed_(std::move(chain), out()) {}

  [[nodiscard]] MappedSink& sink() noexcept override { return transformed_.rows(); }
  void came(bool more) override { transformed_.lead_on(more); }

 private:
  TransformedRows transformed_;
};

}  // namespace pgjinja
