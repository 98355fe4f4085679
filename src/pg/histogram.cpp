#include <pgjinja/pg/histogram.hpp>

#include <algorithm>
#include <bit>
#include <cmath>

namespace pgjinja::pg {

namespace {

// Four classes to each doubling: their bounds are 1, 1.25, 1.5, 1.75, 2, 2.5, … µs.
constexpr std::uint64_t kParts = 4;

std::size_t class_of(std::int64_t nanoseconds) noexcept {
  if (nanoseconds <= 1'000) return 0;
  const auto quarters = static_cast<std::uint64_t>(nanoseconds - 1) / 250;  // of a microsecond
  const auto doublings = static_cast<std::uint64_t>(std::bit_width(quarters)) - 3;
  const std::uint64_t part = (quarters >> doublings) - kParts;
  return std::min<std::size_t>(doublings * kParts + part + 1, Histogram::kClasses - 1);
}

}  // namespace

[[gnu::hot]] void Histogram::add(std::chrono::nanoseconds time) noexcept {
  ++counts_[class_of(time.count())];
  ++count_;
  total_ += time;
  longest_ = std::max(longest_, time);
}

std::chrono::nanoseconds Histogram::bound(std::size_t number) noexcept {
  if (number == 0) return std::chrono::microseconds(1);
  const std::uint64_t doublings = (number - 1) / kParts;
  const std::uint64_t part = (number - 1) % kParts;
  const std::uint64_t nanoseconds = 1'000 * (kParts + part + 1) / kParts;
  return std::chrono::nanoseconds((nanoseconds << doublings));
}

std::chrono::nanoseconds Histogram::quantile(double part) const noexcept {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count_)));
  std::uint64_t so_far = 0;
  for (std::size_t number = 0; number + 1 < kClasses; ++number) {
    so_far += counts_[number];
    if (so_far > 0 && so_far >= wanted) return std::min(bound(number), longest_);
  }
  return longest_;
}

}  // namespace pgjinja::pg
