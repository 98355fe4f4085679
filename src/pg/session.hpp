#pragma once

#include "pg/cancel_request.hpp"
#include "pg/transport.hpp"
#include "pg/wake_up.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/call_limits.hpp>
#include <pgjinja/pg/settings.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

using PGconn = struct pg_conn;

namespace pgjinja::pg {

/// A session that libpq has opened and whose socket or TLS session is ours to use from then on.
/// libpq's part is done but for the end: its PQfinish() sends Terminate and frees.
class Session {
 public:
  /// The deadline of `limits` ends the opening when the settings' own timeout does not end it
  /// earlier; `stop` rings when a stop is requested, and may be null. `tcp_patience` is how long
  /// the server's system may take to answer, before the server itself has to say anything.
  /// @throws Error{Connection}, Error{Config}, Error{Cancelled}
  Session(const Settings& settings, const CallLimits& limits, const WakeUp* stop,
          std::chrono::milliseconds tcp_patience);

  [[nodiscard]] Transport transport() const;
  /// What the server reported about itself while the session was opened.
  [[nodiscard]] std::map<std::string, std::string, std::less<>> parameters() const;
  [[nodiscard]] std::uint32_t backend_pid() const noexcept;
  /// What a CancelRequest needs; null when memory has run out.
  [[nodiscard]] CancelKey cancel_key() const noexcept;
  /// False in a forked child of the process that opened it.
  [[nodiscard]] bool belongs_here() const noexcept;

 private:
  struct Finish {
    std::uint64_t generation;  ///< of the process that opened the session
    void operator()(PGconn* conn) const noexcept;
  };
  std::unique_ptr<PGconn, Finish> conn_;
};

/// Of a session that does not belong here.
Error foreign_session_error();

}  // namespace pgjinja::pg
