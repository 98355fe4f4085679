#pragma once

#include <cstdint>

namespace pgjinja::pg {

/// What one thread rings and another finds in poll(): an eventfd. A forked child shares it with its
/// parent, whose it is: there neither ring() nor clear() does anything.
class WakeUp {
 public:
  /// @throws Error{Runtime} when the process has no descriptor left.
  WakeUp();
  ~WakeUp();
  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;

  /// Thread-safe, and safe in a signal handler.
  void ring() const noexcept;
  /// Takes back all rings so far.
  void clear() const noexcept;
  /// Readable while it rings.
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  [[nodiscard]] bool belongs_here() const noexcept;

  int descriptor_;
  std::uint64_t generation_;
};

}  // namespace pgjinja::pg
