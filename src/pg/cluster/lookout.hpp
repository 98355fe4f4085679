#pragma once

#include "pg/cluster/hosts.hpp"
#include "pg/cluster/topology.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/call_limits.hpp>
#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/pool_hooks.hpp>

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace pgjinja::pg::cluster {

/// Asks the hosts of a cluster what they are, each from a thread and on a session of its own, so
/// that none has to wait for another one's network; and says which host is whose. Thread-safe.
class Lookout : public std::enable_shared_from_this<Lookout> {
 public:
  using Outstanding = std::vector<std::size_t>;
  /// A host, and a token by which a stop is requested when it is none for that role any more.
  struct Choice {
    std::optional<std::size_t> host;  ///< none: there is none of that role
    std::stop_token until;
  };

  /// `changed` is called, from any thread, when hosts have come or gone for a role. May be empty.
  Lookout(std::vector<Host> hosts,
          std::function<Connection(const Settings&, const CallLimits&)> open,
          const ClusterSettings& settings, std::function<void()> changed);

  /// Begins to ask. Does nothing the second time. @throws Error{Runtime} when no thread can be had
  void start();
  /// Nobody is asked any more when this returns, but for a name that is still looked up. Does
  /// nothing in a forked child, where nobody is asked anyway.
  void stop() noexcept;

  [[nodiscard]] Choice choose(Role role, const Outstanding& outstanding);
  [[nodiscard]] bool suits(std::size_t host, Role role) const;
  /// The same, but waits for one: until there has been none for that long, and no longer than the
  /// limits say. `outstanding` is asked each time. @throws Error{Timeout, Connection, Cancelled}
  Choice await(Role role, const std::function<Outstanding()>& outstanding, const CallLimits& limits,
               std::chrono::milliseconds patience);
  /// Since when there is no host of that role; none: there is one.
  [[nodiscard]] std::optional<Moment> lacking_since(Role role) const;

  /// The host refused to write.
  void doubt(std::size_t host);
  /// It cannot be connected to: nobody is sent there until it has answered anew.
  void failed(std::size_t host, const Error& error);

  [[nodiscard]] HostStatus status(std::size_t host) const;
  /// All of them, a line each, for the detail of an error.
  [[nodiscard]] std::string describe() const;

 private:
  void await_any(Role role, const CallLimits& limits, std::chrono::milliseconds patience);
  void watch(std::size_t host) noexcept;
  void ask(std::size_t host, std::optional<Connection>& connection);
  void rest();
  /// With the lock; changes what is known, and tells those who have chosen, without it.
  void change(std::unique_lock<std::mutex>& lock, const std::function<void()>& how);
  void note_lacking();
  using Suiting = std::vector<std::array<bool, 3>>;  // by host and role
  [[nodiscard]] Suiting suiting() const;
  [[nodiscard]] std::chrono::milliseconds interval() const;

  const std::vector<Host> hosts_;
  const std::function<Connection(const Settings&, const CallLimits&)> open_;
  const ClusterSettings settings_;
  const std::function<void()> changed_;
  const std::uint64_t generation_;  // of the process that asks

  mutable std::mutex mutex_;
  Topology topology_;
  std::vector<std::array<std::stop_source, 3>> until_;  // by host and role
  std::array<std::optional<Moment>, 3> lacking_;        // by role
  std::uint64_t rung_ = 0;                              // so often all have been told to ask now
  std::condition_variable_any told_;                    // rung_, or the topology, has changed
  std::stop_source stop_;
  std::size_t watching_ = 0;  // threads
  bool started_ = false;
};

}  // namespace pgjinja::pg::cluster
