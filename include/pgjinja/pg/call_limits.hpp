#pragma once

#include <chrono>
#include <stop_token>
#include <string_view>

namespace pgjinja::pg {

/// When a call has to end although it is not done.
///
/// What runs then is cancelled at the server (manual 34.7), and the connection stays usable when
/// the server confirms within Settings::cancel_patience; otherwise it is given up, and nobody knows
/// what became of the statement. A statement that ends all the same, before the cancellation has
/// reached it, is a success. One whose commit was waiting for synchronous replicas (manual 27.2.8)
/// is there, and may not survive its primary: that error is in doubt. Of a pipeline's statements
/// that are transactions of their own, the one that runs is cancelled, and those behind it as they
/// begin.
struct CallLimits {
  /// The moment itself; by default there is none.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  /// How messages call the deadline. A text that outlives the call.
  std::string_view deadline_name = "its deadline";
  /// Cancels as soon as another thread requests a stop.
  std::stop_token stop = {};
};

}  // namespace pgjinja::pg
