#include "pg/pool/event_line.hpp"

#include <utility>

namespace pgjinja::pg::pool {

void EventLine::add(PoolEvent event) {
  if (!hook_) return;
  const std::lock_guard lock(mutex_);
  events_.push_back(std::move(event));
}

[[gnu::hot]] void EventLine::tell() noexcept {
  if (!hook_) return;
  std::vector<PoolEvent> events;
  {
    const std::lock_guard lock(mutex_);
    events.swap(events_);
  }
  for (const PoolEvent& event : events) hook_(event);
}

}  // namespace pgjinja::pg::pool
