#pragma once

#include "chaos/plan.hpp"
#include "chaos/processes.hpp"
#include "pg/restartable_server.hpp"

#include <pgjinja/pg/settings.hpp>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace pgjinja::chaos {

/// A server of a scenario's own, with the tables of the workload and a role for it; also one with
/// replicas. What looks at it from outside does so by libpq alone, and by the kernel.
class Testbed {
 public:
  /// The role of the workload, and how its sessions are recognised among the processes.
  static constexpr const char* kRole = "chaos_worker";

  explicit Testbed(const std::vector<std::string>& configuration = {});

  /// Adds a replica, of which settings() knows from then on. What is acknowledged is there as well.
  void add_replica();
  /// The primary stops by this signal, and a replica is promoted: the new primary.
  void fail_over(int signal);
  /// The primary takes no writes any more, and goes on; a replica is promoted.
  void leave_primary_behind();
  /// What was the primary before becomes a replica of the present one.
  void rejoin();
  /// The replica that would be promoted next.
  [[nodiscard]] pg::Settings replica_settings() const { return servers_[next()]->settings(); }
  [[nodiscard]] std::string socket_of_replica() const { return servers_[next()]->socket(); }

  /// Makes the workload's tables. `tablespace` is where the one that is written to lies.
  void make_tables(const std::string& tablespace = "");

  /// Of the primary, for the superuser.
  [[nodiscard]] pg::Settings admin_settings() const { return primary().settings(); }
  /// For the workload: all servers, in the order in which they were made.
  [[nodiscard]] pg::Settings settings() const;
  [[nodiscard]] std::string socket() const { return primary().socket(); }
  [[nodiscard]] std::string directory() const { return primary().directory(); }

  /// Executes as superuser, in a session of its own. @throws std::runtime_error
  std::string sql(const std::string& text) const;

  /// Stops the server by this signal. start() returns when it accepts connections.
  void stop(int signal);
  void start();
  void launch();
  void await_answer();

  /// Of all servers' processes, those that serve the workload's role.
  [[nodiscard]] std::vector<Process> sessions() const;
  /// Of the primary.
  [[nodiscard]] std::vector<Process> processes() const { return children_of(postmaster()); }
  [[nodiscard]] pid_t postmaster() const noexcept { return postmasters_[primary_]; }
  /// Waits until no session of the workload is left; false after `patience`.
  [[nodiscard]] bool await_no_sessions(milliseconds patience = milliseconds(15'000)) const;
  /// The same, but idle ones may stay.
  [[nodiscard]] bool await_idle_sessions(milliseconds patience = milliseconds(15'000)) const;

 private:
  [[nodiscard]] bool answers() const;
  [[nodiscard]] pg::RestartableServer& primary() const { return *servers_[primary_]; }
  [[nodiscard]] std::size_t next() const { return (primary_ + 1) % servers_.size(); }
  void promote_next();
  void await_replicas() const;

  static constexpr std::size_t kMostServers = 2;
  std::vector<std::string> configuration_;
  std::vector<std::unique_ptr<pg::RestartableServer>> servers_;
  std::array<std::atomic<pid_t>, kMostServers> postmasters_{};  // are read by samplers
  std::atomic<std::size_t> primary_ = 0;
  std::vector<Process> orphans_;  // of the server that was the primary
};

}  // namespace pgjinja::chaos
