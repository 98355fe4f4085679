#include "core/double_quoted.hpp"
#include "pg/listening.hpp"
#include "pg/session_driver.hpp"
#include "pg/wire/listen_machine.hpp"
#include "pg/wire/script_machine.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/listener.hpp>

#include <utility>

#include <fmt/format.h>

namespace pgjinja::pg {

namespace {

constexpr std::size_t kLongestName = 63;  // NAMEDATALEN - 1, manual 4.1.1

std::string quoted(std::string_view channel) {
  if (channel.empty()) throw Error(ErrorKind::Config, "a channel needs a name");
  if (channel.size() > kLongestName) {
    throw Error(ErrorKind::Config, fmt::format("a channel's name has {} bytes", channel.size()))
        .hint("PostgreSQL keeps 63 bytes of a name and would cut the rest off in silence");
  }
  std::string out;
  append_double_quoted(out, channel);
  return out;
}

void run(SessionDriver& driver, const std::string& script, const CallLimits& limits) {
  const SessionDriver::Turn turn(driver, limits);
  wire::ScriptMachine machine(driver.state(), script);
  driver.run(machine, limits);
  machine.finish();
}

}  // namespace

std::unique_ptr<SessionDriver> open_listening(const Settings& settings,
                                              const std::vector<std::string>& channels,
                                              const CallLimits& limits) {
  std::string script;
  for (const std::string& channel : channels) script += "LISTEN " + quoted(channel) + ';';
  auto driver = std::make_unique<SessionDriver>(settings, limits);
  driver->state().keeps_notifications = true;
  if (!script.empty()) run(*driver, script, limits);
  return driver;
}

Listener::Listener(const Settings& settings, const std::vector<std::string>& channels,
                   const CallLimits& limits)
    : driver_(open_listening(settings, channels, limits)) {}
Listener::~Listener() = default;
Listener::Listener(Listener&&) noexcept = default;
Listener& Listener::operator=(Listener&&) noexcept = default;

std::optional<Notification> Listener::next(const CallLimits& limits) {
  auto& notifications = driver_->state().notifications;
  if (notifications.empty()) {
    const SessionDriver::Turn turn(*driver_, {.stop = limits.stop});
    wire::ListenMachine machine(driver_->state());
    driver_->listen(machine, limits);
    machine.check();
  }
  if (notifications.empty()) return std::nullopt;
  Notification first = std::move(notifications.front());
  notifications.pop_front();
  return first;
}

void Listener::listen(std::string_view channel, const CallLimits& limits) {
  run(*driver_, "LISTEN " + quoted(channel), limits);
}

void Listener::unlisten(std::string_view channel, const CallLimits& limits) {
  run(*driver_, "UNLISTEN " + quoted(channel), limits);
}

bool Listener::usable() const noexcept { return driver_ != nullptr && driver_->usable(); }

std::uint32_t Listener::backend_pid() const noexcept { return driver_->session().backend_pid(); }

}  // namespace pgjinja::pg
