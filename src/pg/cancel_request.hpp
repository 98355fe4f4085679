#pragma once

#include <chrono>
#include <memory>

using PGcancel = struct pg_cancel;

namespace pgjinja::pg {

/// The address and the key by which a session's statement can be cancelled.
struct FreeCancel {
  void operator()(PGcancel* cancel) const noexcept;
};
using CancelKey = std::unique_ptr<PGcancel, FreeCancel>;

/// Asks the server to cancel what the session executes, and waits until it has done so or cannot be
/// reached; no time limit. Whether it went well is not told: if not, the statement goes on.
void send_cancel(const CancelKey& key) noexcept;

/// When to ask again while a statement is still not cancelled: one that has not begun when the
/// signal arrives is not hit by it, nor are those behind it in a pipeline.
inline constexpr std::chrono::milliseconds kCancelAgain{25};

/// Asks the server to cancel what a session executes (manual 55.2.8): over a connection of its own,
/// and from a thread of its own, since libpq 15 can do it only blocking, without a time limit.
///
/// The server closes that connection when it has signalled the session. Until then the cancellation
/// may hit whatever the session executes; see ended_by().
class CancelRequest {
 public:
  /// Sends it. Without a key or a thread nothing is sent, and it has ended.
  explicit CancelRequest(CancelKey key) noexcept;

  /// Waits until nothing more can come of it; false when that is still not so at `moment`.
  [[nodiscard]] bool ended_by(std::chrono::steady_clock::time_point moment) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace pgjinja::pg
