#pragma once

#include "pg/wake_up.hpp"

#include <memory>
#include <optional>
#include <stop_token>

namespace pgjinja::pg {

/// Rings as soon as a stop is requested, as long as it lives.
class StopListener {
 public:
  /// `kept` is what rings; made at the first use, if the token can ever be stopped at all.
  StopListener(const std::stop_token& stop, std::unique_ptr<WakeUp>& kept);

  /// nullptr: nobody can request a stop.
  [[nodiscard]] const WakeUp* wake_up() const noexcept { return wake_up_; }

 private:
  struct Ring {
    const WakeUp* wake_up;
    void operator()() const noexcept { wake_up->ring(); }
  };
  const WakeUp* wake_up_ = nullptr;
  std::optional<std::stop_callback<Ring>> callback_;
};

}  // namespace pgjinja::pg
