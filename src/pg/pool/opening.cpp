#include "pg/pool/opening.hpp"

#include "pg/deadline.hpp"
#include "pg/session_driver.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace pgjinja::pg::pool {

namespace {

/// How long the system of a server may take to answer, before the server has to say anything. A new
/// attempt is as good as the system's own repetition of the old one, and sooner.
constexpr std::chrono::milliseconds kTcpPatience{1'000};

Connection open(const Settings& settings, const PoolHooks& hooks, CallLimits limits) {
  if (!hooks.open)
    return Connection(std::make_shared<SessionDriver>(settings, limits, kTcpPatience));
  limits.deadline = deadline_after(settings.connect_timeout);
  limits.deadline_name = "the settings' connect_timeout";
  return hooks.open(settings, limits);
}

}  // namespace

Connection open_connection(const Settings& settings, const PoolHooks& hooks, CallLimits limits) {
  Connection connection = open(settings, hooks, std::move(limits));
  if (hooks.on_connect) hooks.on_connect(connection);
  connection.session()->state().change = wire::SessionChange::None;
  return connection;
}

std::function<Connection(const Settings&, const CallLimits&)> opener_of(const PoolHooks& hooks) {
  if (hooks.open) return hooks.open;
  return [](const Settings& settings, const CallLimits& limits) {
    return Connection(settings, limits);
  };
}

std::chrono::milliseconds patrol_of(const PoolSettings& settings) {
  const auto shortest = std::min(
      {settings.max_lifetime, settings.idle_timeout, settings.check_interval, settings.leak_after});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(1'000));
}

}  // namespace pgjinja::pg::pool
