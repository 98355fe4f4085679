#include "pg/session_driver.hpp"

#include "pg/blocking_driver.hpp"
#include "pg/interruption.hpp"
#include "pg/interruption_errors.hpp"
#include "pg/stop_listener.hpp"
#include "pg/watch.hpp"
#include "pg/wire/required_settings.hpp"
#include "pg/wire/script_machine.hpp"

#include <pgjinja/core/error.hpp>

#include <random>
#include <string>

#include <fmt/format.h>

namespace pgjinja::pg {

namespace {

/// What no other session calls its statements.
std::string statement_prefix() {
  std::random_device random;
  return fmt::format("pgjinja_{:08x}{:08x}_", random(), random());
}

}  // namespace

SessionDriver::SessionDriver(const Settings& settings,
                             std::chrono::steady_clock::time_point deadline)
    : session_(settings, deadline),
      transport_(session_.transport()),
      statements_({.capacity = settings.statement_cache,
                   .prepare_at_use = settings.prepare_at_use,
                   .prefix = statement_prefix()}),
      cancel_patience_(settings.cancel_patience) {
  state_.parameters = session_.parameters();
  state_.on_notice = settings.notice_handler;
  require_settings(deadline);
}

SessionDriver::Turn::Turn(SessionDriver& driver, const CallLimits& limits) : driver_(driver) {
  driver.check_usable();
  refuse_if_over(limits);
  driver.busy_ = true;
}

/// What escapes the driver (out of memory) leaves the session in the middle of a message.
void SessionDriver::run(wire::Conversation& machine, const CallLimits& limits) {
  const StopListener listener(limits.stop, wake_up_);
  Interruption interruption(session_, limits, listener.wake_up(), cancel_patience_);
  try {
    converse(transport_, machine, interruption);
  } catch (...) {
    state_.usable = false;
    throw;
  }
  // A cancellation that comes late would hit the next statement.
  if (!interruption.over()) state_.usable = false;
}

void SessionDriver::listen(wire::Conversation& machine, const CallLimits& limits) {
  const StopListener listener(limits.stop, wake_up_);
  while (machine.wait() == wire::Conversation::Wait::Read) {
    take(machine, transport_.receive(machine.room()));
    if (machine.wait() != wire::Conversation::Wait::Read) return;
    const short awaited = transport_.awaited();
    if (awaited == 0) continue;
    switch (watch(transport_.socket(), awaited, listener.wake_up(), limits.deadline)) {
      case Woken::Events: break;
      case Woken::End: return;
      case Woken::Stop:
        throw Error(ErrorKind::Cancelled, "the caller asked to stop while nothing was notified")
            .safe_to_retry(true);
    }
  }
}

bool SessionDriver::at_rest() const noexcept {
  return usable() && !busy_ && state_.in.bytes().empty() && transport_.awaited() != 0;
}

bool SessionDriver::quiet() const noexcept { return at_rest() && transport_.quiet(); }

void SessionDriver::check_usable() const {
  if (busy_) {
    throw Error(ErrorKind::Config, "this connection is in the middle of another statement")
        .hint("use a second connection inside a row callback, or collect the rows first");
  }
  if (!session_.belongs_here()) {
    throw Error(ErrorKind::Config, "this connection was opened before fork(), by the parent")
        .hint("open connections after the fork, in the process that uses them");
  }
  if (!state_.usable) {
    throw Error(ErrorKind::Connection, "this connection was lost earlier")
        .hint("open a new one")
        .safe_to_retry(true);
  }
}

void SessionDriver::require_settings(std::chrono::steady_clock::time_point deadline) {
  std::string script;
  for (const wire::RequiredSetting& setting : wire::required_settings()) {
    const auto found = state_.parameters.find(setting.name);
    if (found != state_.parameters.end() && !setting.accepts(found->second)) {
      script.append(setting.command).append(";");
    }
  }
  if (script.empty()) return;
  const CallLimits limits{.deadline = deadline, .deadline_name = "the time to connect"};
  const Turn turn(*this, limits);
  wire::ScriptMachine machine(state_, script);
  run(machine, limits);
  machine.finish();
}

}  // namespace pgjinja::pg
