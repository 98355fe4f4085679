#pragma once

#include "pg/pool/moment.hpp"

#include <pgjinja/pg/pool_settings.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>

namespace pgjinja::pg::pool {

/// When a borrower has waited long enough to be worth one more connection: as long as it takes to
/// open one. That is the ski-rental rule. Whoever waits does not know whether a connection is about
/// to come back, and with this rule it waits for at most twice as long as if it had known (Karlin
/// et al., "Competitive snoopy caching", Algorithmica 3, 1988).
///
/// An opening is taken to last as long as the shortest of the last eight: those that take longer
/// were held up, by the network or by too many at once.
class Growth {
 public:
  explicit Growth(const PoolSettings& settings) noexcept : fixed_(settings.grow_after) {}

  void opening_took(Clock::duration time) noexcept;
  /// When one is to be opened for a borrower that has waited since then.
  [[nodiscard]] Moment worth_opening(Moment since) const noexcept;
  /// How long a borrower waits before one is opened for it.
  [[nodiscard]] Clock::duration patience() const noexcept;

 private:
  std::optional<std::chrono::milliseconds> fixed_;
  std::array<Clock::duration, 8> took_{};  // the last ones, in a ring
  std::size_t openings_ = 0;
};

}  // namespace pgjinja::pg::pool
