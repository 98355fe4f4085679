#pragma once

#include "client/transform_step.hpp"

#include <pgjinja/client/transform.hpp>
#include <pgjinja/core/error.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace pgjinja {

/// A transform, and where an error of it is the template's.
struct ChainLink {
  Transform transform;
  SourcePlace place;
};

/// Row processes one behind the other.
class RowPipe final : public RowOut {
 public:
  /// Hands what comes out to `out`. Both must outlive it; all transforms work on rows.
  RowPipe(std::span<const ChainLink> links, RowOrder order, const NestedRows& nested, RowOut& out);
  ~RowPipe() override;
  RowPipe(const RowPipe&) = delete;
  RowPipe& operator=(const RowPipe&) = delete;
  void take(Map row) override;
  /// No rows are left. To be called once.
  void end();

 private:
  class Stage;
  std::vector<NestedRows> nested_;  // before each of them
  std::vector<std::unique_ptr<Stage>> stages_;
  RowOut* first_;
};

/// The transforms of one call, in their order. Immutable.
class TransformChain {
 public:
  explicit TransformChain(std::vector<ChainLink> links) : links_(std::move(links)) {}

  /// What becomes of the rows: without transforms a list of maps. @throws what transforms throw
  [[nodiscard]] Value apply(std::vector<Map> rows) const;
  /// The transforms for a stream. @throws Error{Config} for one that takes the whole result.
  [[nodiscard]] std::span<const ChainLink> row_by_row() const;

 private:
  std::vector<ChainLink> links_;
};

}  // namespace pgjinja
