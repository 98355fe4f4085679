#include "pg/session_driver.hpp"

#include "core/utf8.hpp"
#include "pg/blocking_driver.hpp"
#include "pg/interruption.hpp"
#include "pg/interruption_errors.hpp"
#include "pg/stop_listener.hpp"
#include "pg/watch.hpp"
#include "pg/wire/required_settings.hpp"

#include <pgjinja/core/error.hpp>

#include <random>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <poll.h>

namespace pgjinja::pg {

namespace {

/// What no other session calls its statements.
std::string statement_prefix() {
  std::random_device random;
  return fmt::format("pgjinja_{:08x}{:08x}_", random(), random());
}

std::string script_of(const std::vector<std::string>& statements) {
  std::string script;
  for (const std::string& statement : statements) script.append(statement).append(";");
  return script;
}

/// As a constant of SQL (manual 4.1.2.1); standard_conforming_strings is on in our sessions.
void append_literal(std::string& out, std::string_view text) {
  out += '\'';
  for (const char c : text) {
    if (c == '\'') out += c;
    if (c != '\0') out += c;
  }
  out += '\'';
}

}  // namespace

SessionDriver::SessionDriver(const Settings& settings, const CallLimits& limits,
                             std::chrono::milliseconds tcp_patience)
    : session_(settings, limits, StopListener(limits.stop, wake_up_).wake_up(), tcp_patience),
      transport_(session_.transport()),
      statements_({.capacity = settings.statement_cache,
                   .prepare_at_use = settings.prepare_at_use,
                   .prefix = statement_prefix()}),
      cancel_patience_(settings.cancel_patience) {
  state_.parameters = session_.parameters();
  application_name_ = state_.parameters["application_name"];
  state_.on_notice = settings.notice_handler;
  require_settings(limits);
}

[[gnu::hot]] SessionDriver::Turn::Turn(SessionDriver& driver, const CallLimits& limits)
    : driver_(driver) {
  driver.check_usable();
  refuse_if_over(limits);
  driver.busy_ = true;
}

/// What escapes the driver (out of memory) leaves the session in the middle of a message.
[[gnu::hot]] void SessionDriver::run(wire::Conversation& machine, const CallLimits& limits) {
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

[[gnu::hot]] bool SessionDriver::at_rest() const noexcept {
  return usable() && !busy_ && !errand_ && state_.in.bytes().empty() && transport_.awaited() != 0;
}

[[gnu::hot]] bool SessionDriver::quiet() const noexcept { return at_rest() && transport_.quiet(); }

[[gnu::hot]] void SessionDriver::check_usable() const {
  if (busy_ || errand_) {
    throw Error(ErrorKind::Config, "this connection is in the middle of another statement")
        .hint("use a second connection inside a row callback, or collect the rows first");
  }
  if (!session_.belongs_here()) throw foreign_session_error();
  if (!state_.usable) {
    throw Error(ErrorKind::Connection, "this connection was lost earlier")
        .hint("open a new one")
        .safe_to_retry(true);
  }
}

void SessionDriver::require_settings(const CallLimits& limits) {
  for (const wire::RequiredSetting& setting : wire::required_settings()) {
    const auto found = state_.parameters.find(setting.name);
    if (found != state_.parameters.end() && !setting.accepts(found->second)) {
      required_.emplace_back(setting.command);
    }
  }
  if (required_.empty()) return;
  const Turn turn(*this, limits);
  wire::ScriptMachine machine(state_, script_of(required_));
  run(machine, limits);
  machine.finish();
  state_.change = wire::SessionChange::None;
}

void SessionDriver::begin_errand(std::string_view script) noexcept {
  try {
    errand_began_ = std::chrono::steady_clock::now();
    errand_.emplace(state_, script);
    errand_ended();
  } catch (const std::exception&) {
    state_.usable = false;  // memory has run out, perhaps in the middle of a message
    errand_.reset();
  }
}

bool SessionDriver::errand_ended() noexcept {
  if (!errand_) return true;
  try {
    while (errand_->wait() != wire::Conversation::Wait::Done) {
      if (advance_errand() == 0) break;
    }
  } catch (const std::exception&) {
    state_.usable = false;
    errand_.reset();
    return true;
  }
  return errand_->wait() == wire::Conversation::Wait::Done && end_errand();
}

/// How many bytes have gone or come.
std::size_t SessionDriver::advance_errand() {
  if (errand_->wait() == wire::Conversation::Wait::Read) {
    const Transport::Io io = transport_.receive(errand_->room());
    take(*errand_, io);
    return io.bytes;
  }
  const Transport::Io io = transport_.send(errand_->output());
  errand_->sent(io.bytes);
  if (!io.failure.empty()) errand_->lost(io.failure);
  return io.bytes;
}

bool SessionDriver::end_errand() noexcept {
  try {
    errand_->finish();
  } catch (const std::exception&) {
    state_.usable = false;  // whatever it was for has not been done
  }
  if (state_.transaction != wire::TransactionStatus::Idle) state_.usable = false;
  state_.change = wire::SessionChange::None;  // it was one that frees the session, or found it free
  errand_.reset();
  return true;
}

bool SessionDriver::settle(const CallLimits& limits) {
  const StopListener listener(limits.stop, wake_up_);
  while (!errand_ended()) {
    const bool writes = errand_->wait() == wire::Conversation::Wait::Write;
    const short events = writes ? short{POLLIN | POLLOUT} : transport_.awaited();
    if (events == 0) continue;
    const Woken woken = watch(transport_.socket(), events, listener.wake_up(), limits.deadline);
    if (woken != Woken::Events) return false;
  }
  return true;
}

void SessionDriver::show_label(std::string_view label) {
  constexpr std::size_t kLongestName = 63;  // NAMEDATALEN - 1
  // The server would refuse it, and what goes with it.
  if (find_invalid_utf8(label) != std::string_view::npos) label = "?";
  std::string name = application_name_;
  if (!name.empty()) name += '/';
  name += label;
  if (name.size() > kLongestName) {
    std::size_t end = kLongestName;
    while ((name[end] & 0xC0) == 0x80) --end;  // not in the middle of a character
    name.resize(end);
  }
  std::string set = "SET application_name = ";
  append_literal(set, name);
  // A label that is to be taken back is replaced as well.
  if (state_.reset.size() == 1) {
    state_.reset.clear();
    stale_label_ = true;
  }
  if (holds_reset()) {
    state_.reset.add(set);
  } else {
    state_.prelude = std::move(set);
  }
  labelled_ = true;
}

bool SessionDriver::wants_reset(SessionReset reset) const noexcept {
  return reset == SessionReset::Always ||
         (reset == SessionReset::WhenChanged && state_.change != wire::SessionChange::None);
}

[[gnu::hot]] bool SessionDriver::owes_reset(SessionReset reset) const noexcept {
  return state_.transaction != wire::TransactionStatus::Idle || labelled_ || holds_reset() ||
         wants_reset(reset);
}

std::vector<std::string> SessionDriver::reset_statements(SessionReset reset) {
  std::vector<std::string> statements;
  if (state_.transaction != wire::TransactionStatus::Idle) statements.emplace_back("ROLLBACK");
  if (std::exchange(labelled_, false)) {
    // What still waits for a statement has not been sent.
    const bool shown = state_.prelude.empty() || stale_label_;
    state_.prelude.clear();
    stale_label_ = false;
    if (shown) statements.emplace_back("RESET application_name");
  }
  if (!wants_reset(reset)) return statements;
  if (state_.change == wire::SessionChange::Prepared) {
    statements.emplace_back("DEALLOCATE ALL");
    statements_.forget_all();
  }
  state_.notifications.clear();
  statements.insert(
      statements.end(),
      {"CLOSE ALL", "SET SESSION AUTHORIZATION DEFAULT", "RESET ROLE", "RESET ALL", "UNLISTEN *",
       "SELECT pg_catalog.pg_advisory_unlock_all()", "DISCARD SEQUENCES", "DISCARD TEMP"});
  statements.insert(statements.end(), required_.begin(), required_.end());
  return statements;
}

std::string SessionDriver::reset_script(SessionReset reset) {
  std::string script = script_of(reset_statements(reset));
  if (!script.empty()) state_.reset.clear();  // all that it held is in the script
  return script;
}

bool SessionDriver::hold_reset(SessionReset reset) {
  if (state_.transaction != wire::TransactionStatus::Idle) return false;
  if (state_.change > wire::SessionChange::Settings) return false;
  const std::vector<std::string> statements = reset_statements(reset);
  if (statements.empty()) return true;
  state_.reset.clear();
  for (const std::string& statement : statements) state_.reset.add(statement);
  return true;
}

/// The server reports what it is by these settings, from version 14 on and behind the answer to the
/// statement that it has refused; a pooler may keep them to itself.
[[gnu::hot]] bool SessionDriver::takes_no_writes() noexcept {
  if (!std::exchange(state_.refused_write, false)) return false;
  bool reported = false;
  for (const char* name : {"in_hot_standby", "default_transaction_read_only"}) {
    const auto found = state_.parameters.find(name);
    if (found == state_.parameters.end()) continue;
    if (found->second == "on") return true;
    reported = true;
  }
  return !reported;
}

void SessionDriver::say_goodbye() noexcept {
  static constexpr std::string_view kTerminate("X\0\0\0\4", 5);
  if (session_.belongs_here()) transport_.send(kTerminate);
  state_.usable = false;
}

bool SessionDriver::gone() noexcept {
  if (!session_.belongs_here()) return true;
  char dropped[4096];
  while (true) {
    const Transport::Io io = transport_.receive(dropped);
    if (!io.failure.empty()) return true;
    if (io.bytes == 0) return false;
  }
}

}  // namespace pgjinja::pg
