#pragma once

#include "pg/pool/moment.hpp"

#include <pgjinja/pg/pool_settings.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>

namespace pgjinja::pg::pool {

/// Whether the server can be reached, as far as openings have shown: when the next one may begin,
/// and when callers need not wait for it any more (a circuit breaker, and its exponential backoff
/// with jitter).
class Reach {
 public:
  Reach(const PoolSettings& settings, std::uint64_t seed);

  /// A session of the server has answered.
  void seen(Moment now) noexcept { last_seen_ = now; }
  /// A session was opened.
  void reached(Moment now) noexcept;
  /// One could not be opened. `longest` bounds the wait before the next attempt.
  void failed(Moment now, std::chrono::milliseconds longest);

  /// Since when every opening has failed.
  [[nodiscard]] std::optional<Moment> failing_since() const noexcept { return failing_since_; }
  /// Not earlier may the next opening begin.
  [[nodiscard]] Moment next_attempt() const noexcept { return next_attempt_; }
  /// The server has been heard of, some time.
  [[nodiscard]] bool known() const noexcept { return last_seen_.has_value(); }
  /// Nothing has been heard for so long of a server that is known that waiting for it is in vain.
  [[nodiscard]] bool broken(Moment now) const noexcept;
  /// When broken() becomes true, if nothing else happens.
  [[nodiscard]] Moment breaks_at() const noexcept;

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds breaker_after_;
  std::minstd_rand random_;

  std::optional<Moment> last_seen_;
  std::optional<Moment> failing_since_;
  Moment next_attempt_ = Moment::min();
  std::chrono::milliseconds wait_{0};  // before the next attempt, without the jitter
};

}  // namespace pgjinja::pg::pool
