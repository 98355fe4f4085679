#pragma once

#include <chrono>

namespace pgjinja::pg {

/// The moment `timeout` from now; a timeout that no clock can show never ends.
inline std::chrono::steady_clock::time_point deadline_after(std::chrono::milliseconds timeout) {
  using Clock = std::chrono::steady_clock;
  const auto now = Clock::now();
  const auto longest =
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::time_point::max() - now);
  return timeout < longest ? now + timeout : Clock::time_point::max();
}

}  // namespace pgjinja::pg
