#include "jinja/load/file_watch.hpp"

#include <pgjinja/core/error.hpp>

namespace pgjinja::jinja {

/// Of the threads that find it due one gets true.
bool FileWatch::is_due(Clock::duration interval) noexcept {
  const Clock::rep now = Clock::now().time_since_epoch().count();
  Clock::rep looked = looked_.load(std::memory_order_relaxed);
  if (looked != kNever && now - looked < interval.count()) return false;
  return looked_.compare_exchange_strong(looked, now, std::memory_order_relaxed);
}

std::uint64_t FileWatch::generation(const Loader& loader, Clock::duration interval) {
  if (is_due(interval)) look(loader);
  return seen();
}

void FileWatch::look(const Loader& loader) {
  std::optional<std::string> token;
  bool known = true;
  try {
    token = loader.token(file_);
  } catch (const Error&) {
    known = false;  // loading it will meet the same error, and tell it
  }
  const std::scoped_lock lock(mutex_);
  if (known && known_ && token == token_) return;
  token_ = std::move(token);
  known_ = known;
  generation_.fetch_add(1, std::memory_order_release);
}

void FileWatch::forget() {
  const std::scoped_lock lock(mutex_);
  known_ = false;
}

}  // namespace pgjinja::jinja
