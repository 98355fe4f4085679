#pragma once

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/call_limits.hpp>

#include <chrono>

/// What is said of a call that had to end early. `kind` is Timeout or Cancelled, `elapsed` the time
/// since it was sent.
namespace pgjinja::pg {

/// @throws Error{Timeout} or Error{Cancelled}, safe to retry, when a call need not begin any more.
void refuse_if_over(const CallLimits& limits);

/// The server has cancelled the statement.
Error cancelled_error(ErrorKind kind, std::chrono::milliseconds elapsed, const CallLimits& limits);

/// The server has not confirmed that within `patience`.
Error unanswered_error(ErrorKind kind, std::chrono::milliseconds elapsed, const CallLimits& limits,
                       std::chrono::milliseconds patience);

}  // namespace pgjinja::pg
