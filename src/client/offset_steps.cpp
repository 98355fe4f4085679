#include "client/offset_steps.hpp"

#include <utility>

namespace pgjinja {

std::optional<Steps::Step> OffsetSteps::next() {
  if (!std::exchange(begun_, true)) return Step{query_, rows_};
  if (counted_) {
    total_ = std::move(*counted_).take();
    return std::nullopt;
  }
  if (!total_wanted_) return std::nullopt;
  if (has_the_last_row()) {
    total_ = offset_ + rows_.rows();
    return std::nullopt;
  }
  return Step{all_, counted_.emplace()};
}

}  // namespace pgjinja
