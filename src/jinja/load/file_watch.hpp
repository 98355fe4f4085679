#pragma once

#include <pgjinja/jinja/loader.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace pgjinja::jinja {

/// Notices that a file of templates has changed. All methods may be called concurrently.
class FileWatch {
 public:
  using Clock = std::chrono::steady_clock;

  explicit FileWatch(std::string file) : file_(std::move(file)) {}

  /// A number that grows with each change that was seen. Looks at the file unless that was done
  /// within the last `interval`.
  std::uint64_t generation(const Loader& loader, Clock::duration interval);
  /// The same without a look.
  [[nodiscard]] std::uint64_t seen() const noexcept {
    return generation_.load(std::memory_order_acquire);
  }
  /// The next look counts as a change: what was loaded was no version of the file.
  void forget();

 private:
  static constexpr Clock::rep kNever = INT64_MIN;

  bool is_due(Clock::duration interval) noexcept;
  void look(const Loader& loader);

  const std::string file_;
  std::atomic<Clock::rep> looked_{kNever};
  std::atomic<std::uint64_t> generation_{0};
  std::mutex mutex_;  // guards what follows
  bool known_ = false;
  std::optional<std::string> token_;
};

}  // namespace pgjinja::jinja
