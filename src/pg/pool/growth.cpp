#include "pg/pool/growth.hpp"

#include <algorithm>

namespace pgjinja::pg::pool {

namespace {

/// What an opening is taken to last before there has been one: a session with a password by TLS, on
/// a network of the same place.
constexpr std::chrono::milliseconds kUsualOpening{10};

}  // namespace

void Growth::opening_took(Clock::duration time) noexcept {
  took_[openings_ % took_.size()] = time;
  ++openings_;
}

Moment Growth::worth_opening(Moment since) const noexcept {
  const Clock::duration wait = patience();
  return wait < Moment::max() - since ? since + wait : Moment::max();
}

Clock::duration Growth::patience() const noexcept {
  if (fixed_) {
    return std::min<std::chrono::milliseconds>(
        *fixed_, std::chrono::floor<std::chrono::milliseconds>(Clock::duration::max()));
  }
  if (openings_ == 0) return kUsualOpening;
  const auto end = took_.begin() + static_cast<std::ptrdiff_t>(std::min(openings_, took_.size()));
  return *std::min_element(took_.begin(), end);
}

}  // namespace pgjinja::pg::pool
