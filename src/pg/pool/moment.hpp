#pragma once

#include <chrono>

namespace pgjinja::pg::pool {

using Clock = std::chrono::steady_clock;
using Moment = Clock::time_point;

/// `moment` and `time`; what no clock can show is never.
inline Moment later(Moment moment, std::chrono::milliseconds time) {
  const auto longest =
      std::chrono::duration_cast<std::chrono::milliseconds>(Moment::max() - moment);
  return time < longest ? moment + time : Moment::max();
}

}  // namespace pgjinja::pg::pool
