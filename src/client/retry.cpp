#include <pgjinja/client/retry.hpp>

#include <algorithm>
#include <cstdint>
#include <random>

namespace pgjinja {

namespace {

std::chrono::milliseconds random_below(std::chrono::milliseconds bound) {
  thread_local std::minstd_rand random(std::random_device{}());
  if (bound.count() <= 0) return std::chrono::milliseconds(0);
  return std::chrono::milliseconds(
      std::uniform_int_distribution<std::chrono::milliseconds::rep>(0, bound.count())(random));
}

}  // namespace

bool is_conflict(const Error& error) noexcept {
  return error.sqlstate() == "40001" || error.sqlstate() == "40P01";
}

std::optional<std::chrono::milliseconds> Attempts::wait_after(const Error& error) {
  if (++made_ >= retry_.attempts || !is_conflict(error)) return std::nullopt;
  constexpr std::size_t kMostDoublings = 20;
  const auto factor = std::int64_t{1} << std::min(made_ - 1, kMostDoublings);
  return random_below(std::min(retry_.first_wait * factor, retry_.longest_wait));
}

}  // namespace pgjinja
