#pragma once

#include <pgjinja/client/call_options.hpp>
#include <pgjinja/pg/call_limits.hpp>

#include <chrono>
#include <optional>

namespace pgjinja {

/// How long a statement may take, and who said so, as messages name it.
struct StatementTime {
  std::chrono::milliseconds most{};  ///< 0: for ever
  std::string_view name = "no limit";
};

/// Whoever is nearest to the call decides: the call, the template, the client.
StatementTime statement_time(const CallOptions& call,
                             std::optional<std::chrono::milliseconds> template_timeout,
                             std::chrono::milliseconds query_timeout) noexcept;

/// The limits of a statement that is sent now and may take `time`.
pg::CallLimits limits_of(const CallOptions& call, StatementTime time);
/// The limits of waiting for a connection.
pg::CallLimits waiting_limits(const CallOptions& call);

}  // namespace pgjinja
