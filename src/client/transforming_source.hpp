#pragma once

#include "client/transformed_rows.hpp"

#include <pgjinja/client/stream.hpp>

#include <memory>
#include <utility>

namespace pgjinja {

/// The rows of another source, led through transforms.
class TransformingSource final : public StreamSource {
 public:
  /// `inner` writes into `rows->rows()`.
  TransformingSource(std::unique_ptr<TransformedRows> rows, std::unique_ptr<StreamSource> inner)
      : rows_(std::move(rows)), inner_(std::move(inner)) {}

  bool next() override {
    const bool more = inner_->next();
    rows_->lead_on(more);
    return more;
  }

 private:
  std::unique_ptr<TransformedRows> rows_;  // outlives the source, which writes into it
  std::unique_ptr<StreamSource> inner_;
};

}  // namespace pgjinja
