#pragma once

#include "pg/restartable_server.hpp"

#include <pgjinja/pg/settings.hpp>

#include <chrono>
#include <csignal>
#include <string>
#include <thread>

namespace pgjinja::pg {

/// How to reach several servers, the first one first.
inline Settings settings_of(const std::vector<const RestartableServer*>& servers) {
  Settings settings = servers.front()->settings();
  settings.keywords["host"].clear();
  for (const RestartableServer* server : servers) {
    std::string& hosts = settings.keywords["host"];
    hosts += (hosts.empty() ? "" : ",") + server->directory();
  }
  return settings;
}

/// A primary and its replica, by streaming replication.
struct PrimaryAndReplica {
  RestartableServer primary;
  RestartableServer replica{RestartableServer::Of{primary}};

  [[nodiscard]] Settings settings() const { return settings_of({&primary, &replica}); }
  /// When a table that was made at the primary is there.
  void await_table(const std::string& name) const {
    const std::string sql = "SELECT 1 FROM " + name;
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (true) {
      try {
        return replica.execute(sql);
      } catch (const Error&) {
        if (std::chrono::steady_clock::now() > end) throw;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
};

}  // namespace pgjinja::pg
