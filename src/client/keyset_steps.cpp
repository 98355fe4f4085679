#include "client/keyset_steps.hpp"

#include <utility>

namespace pgjinja {

std::optional<Steps::Step> KeysetSteps::next() {
  if (!std::exchange(begun_, true)) return Step{page_, page_.sink()};
  if (facts_) {
    page_.learn(facts_->take());
    return std::nullopt;
  }
  if (!page_.facts_wanted()) return std::nullopt;
  facts_.emplace(page_);
  return Step{*facts_, facts_->sink()};
}

}  // namespace pgjinja
