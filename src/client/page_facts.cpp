#include "client/page_facts.hpp"

#include <cstddef>
#include <utility>

namespace pgjinja {

namespace {

constexpr std::chrono::seconds kFresh{60};
constexpr std::size_t kMost = 1000;  // of texts that hold no values; dropped together when full

}  // namespace

PageFactsCache::Known PageFactsCache::find(const std::string& query, Clock::time_point now) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(query);
  if (found == entries_.end()) return {};
  return {found->second.facts, now - found->second.learned <= kFresh};
}

void PageFactsCache::store(const std::string& query, PageFacts facts, Clock::time_point now) {
  auto shared = std::make_shared<const PageFacts>(std::move(facts));
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= kMost) entries_.clear();
  entries_[query] = {std::move(shared), now};
}

}  // namespace pgjinja
