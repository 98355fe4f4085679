#include "pg/interruption_errors.hpp"

#include <string>

#include <fmt/format.h>

namespace pgjinja::pg {

[[gnu::hot]] void refuse_if_over(const CallLimits& limits) {
  if (limits.stop.stop_requested()) {
    throw Error(ErrorKind::Cancelled, "the caller asked to stop before the statement was sent")
        .safe_to_retry(true);
  }
  if (limits.deadline == std::chrono::steady_clock::time_point::max()) return;
  if (std::chrono::steady_clock::now() < limits.deadline) return;
  throw Error(ErrorKind::Timeout,
              fmt::format("{} had passed before the statement was sent", limits.deadline_name))
      .safe_to_retry(true);
}

Error cancelled_error(ErrorKind kind, std::chrono::milliseconds elapsed, const CallLimits& limits) {
  if (kind == ErrorKind::Cancelled) {
    return {kind, fmt::format("the statement was cancelled after {} ms, as its caller asked",
                              elapsed.count())};
  }
  return {kind, fmt::format("the statement was cancelled after {} ms, when {} had passed",
                            elapsed.count(), limits.deadline_name)};
}

Error unanswered_error(ErrorKind kind, std::chrono::milliseconds elapsed, const CallLimits& limits,
                       std::chrono::milliseconds patience) {
  const std::string why = kind == ErrorKind::Cancelled
                              ? "its caller asked to stop"
                              : fmt::format("{} had passed", limits.deadline_name);
  return {kind, fmt::format("the connection was given up after {} ms: {}, and the server did not "
                            "confirm within {} ms that it has cancelled the statement",
                            elapsed.count(), why, patience.count())};
}

}  // namespace pgjinja::pg
