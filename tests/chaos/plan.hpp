#pragma once

#include <chrono>

namespace pgjinja::chaos {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// How long and how strictly the scenarios run.
struct Plan {
  bool lengthy = false;

  /// Of the two forms' figures, that of this one.
  template <class T>
  [[nodiscard]] T pick(T brief, T in_full) const {
    return lengthy ? in_full : brief;
  }
  /// So much later than its deadline may a call return. The short form runs beside other tests,
  /// under sanitizers: what it allows more is what such a machine may need.
  [[nodiscard]] milliseconds lateness() const {
    return lengthy ? milliseconds(250) : milliseconds(2000);
  }
  /// What the short form allows more for a recovery.
  [[nodiscard]] milliseconds slack() const { return milliseconds(lengthy ? 0 : 2000); }
};

}  // namespace pgjinja::chaos
