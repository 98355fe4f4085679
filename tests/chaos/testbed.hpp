#pragma once

#include "chaos/plan.hpp"
#include "chaos/processes.hpp"
#include "pg/restartable_server.hpp"

#include <pgjinja/pg/settings.hpp>

#include <atomic>
#include <string>
#include <vector>

namespace pgjinja::chaos {

/// A server of a scenario's own, with the tables of the workload and a role for it. What looks at
/// it from outside does so by libpq alone, and by the kernel.
class Testbed {
 public:
  /// The role of the workload, and how its sessions are recognised among the processes.
  static constexpr const char* kRole = "chaos_worker";

  explicit Testbed(const std::vector<std::string>& configuration = {});

  /// Makes the workload's tables. `tablespace` is where the one that is written to lies.
  void make_tables(const std::string& tablespace = "");

  [[nodiscard]] pg::Settings admin_settings() const { return server_.settings(); }
  /// For the workload.
  [[nodiscard]] pg::Settings settings() const;
  [[nodiscard]] std::string socket() const { return server_.socket(); }
  [[nodiscard]] std::string directory() const { return server_.directory(); }

  /// Executes as superuser, in a session of its own. @throws std::runtime_error
  std::string sql(const std::string& text) const;

  /// Stops the server by this signal. start() returns when it accepts connections.
  void stop(int signal);
  void start();
  void launch();
  void await_answer();

  /// Of the server's processes, those that serve the workload's role.
  [[nodiscard]] std::vector<Process> sessions() const;
  [[nodiscard]] std::vector<Process> processes() const { return children_of(postmaster_); }
  [[nodiscard]] pid_t postmaster() const noexcept { return postmaster_; }
  /// Waits until no session of the workload is left; false after `patience`.
  [[nodiscard]] bool await_no_sessions(milliseconds patience = milliseconds(15'000)) const;
  /// The same, but idle ones may stay.
  [[nodiscard]] bool await_idle_sessions(milliseconds patience = milliseconds(15'000)) const;

 private:
  [[nodiscard]] bool answers() const;

  pg::RestartableServer server_;
  std::atomic<pid_t> postmaster_;  // is read by samplers
};

}  // namespace pgjinja::chaos
