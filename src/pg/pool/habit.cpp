#include "pg/pool/habit.hpp"

#include <utility>

namespace pgjinja::pg::pool {

[[gnu::hot]] Habit& Habit::own() noexcept {
  static thread_local Habit habit;
  return habit;
}

[[gnu::hot]] void Habit::gave_back(const void* pool, std::optional<NodeId> kept,
                                   Moment now) noexcept {
  if (pool != pool_) {
    credit_ = 0;
  } else if (kept_) {
    pay();
  }
  pool_ = pool;
  kept_ = kept;
  gave_back_ = now;
}

[[gnu::hot]] std::optional<NodeId> Habit::came(const void* pool, Moment now) noexcept {
  if (pool != pool_) return std::nullopt;
  if (now - gave_back_ < kAtOnce) {
    if (credit_ < kMost) ++credit_;
  } else if (kept_) {
    pay();
  }
  return std::exchange(kept_, std::nullopt);
}

}  // namespace pgjinja::pg::pool
