#pragma once

#include "client/statement_time.hpp"

#include <pgjinja/async/call_options.hpp>
#include <pgjinja/pg/call_limits.hpp>

namespace pgjinja {

/// The limits of a statement that is sent now and may take `time`.
inline pg::CallLimits limits_of(const AsyncCallOptions& options, StatementTime time) {
  return limits_of(CallOptions{.timeout = options.timeout, .deadline = options.deadline}, time);
}

/// The limits of waiting for a connection.
inline pg::CallLimits waiting_limits(const AsyncCallOptions& options) {
  return waiting_limits(CallOptions{.timeout = options.timeout, .deadline = options.deadline});
}

}  // namespace pgjinja
