#pragma once

#include <atomic>
#include <memory>

namespace pgjinja::jinja {

/// What another layer has found out about a template and keeps with it.
class Companion {
 public:
  virtual ~Companion() = default;
};

/// Where a template keeps its companion, which goes when the template goes. May be used
/// concurrently.
class CompanionPlace {
 public:
  CompanionPlace() = default;
  ~CompanionPlace() { delete kept_.load(std::memory_order_acquire); }
  CompanionPlace(const CompanionPlace&) = delete;
  CompanionPlace& operator=(const CompanionPlace&) = delete;

  /// nullptr as long as there is none.
  [[nodiscard]] const Companion* get() const noexcept {
    return kept_.load(std::memory_order_acquire);
  }
  /// The first one stays: whoever has seen it may go on using it.
  void keep(std::unique_ptr<const Companion> made) const noexcept {
    const Companion* none = nullptr;
    const Companion* const offered = made.release();
    if (!kept_.compare_exchange_strong(none, offered, std::memory_order_acq_rel)) delete offered;
  }

 private:
  mutable std::atomic<const Companion*> kept_ = nullptr;
};

}  // namespace pgjinja::jinja
