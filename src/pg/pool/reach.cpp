#include "pg/pool/reach.hpp"

#include <algorithm>

namespace pgjinja::pg::pool {

Reach::Reach(const PoolSettings& settings, std::uint64_t seed)
    : first_(settings.first_backoff),
      breaker_after_(settings.breaker_after),
      random_(static_cast<std::minstd_rand::result_type>(seed)) {}

void Reach::reached(Moment now) noexcept {
  last_seen_ = now;
  failing_since_.reset();
  next_attempt_ = Moment::min();
  wait_ = std::chrono::milliseconds(0);
}

void Reach::failed(Moment now, std::chrono::milliseconds longest) {
  if (!failing_since_) failing_since_ = now;
  const auto doubled = wait_ > longest / 2 ? longest : wait_ * 2;
  wait_ = std::min(longest, wait_.count() == 0 ? first_ : doubled);
  const double part = std::uniform_real_distribution<>(0.5, 1.0)(random_);
  next_attempt_ = now + std::chrono::duration_cast<Clock::duration>(wait_ * part);
}

[[gnu::hot]] bool Reach::broken(Moment now) const noexcept { return now >= breaks_at(); }

Moment Reach::breaks_at() const noexcept {
  if (!failing_since_ || !last_seen_) return Moment::max();
  return later(std::max(*failing_since_, *last_seen_), breaker_after_);
}

}  // namespace pgjinja::pg::pool
