#pragma once

#include "pg/daemon.hpp"
#include "pg/patroni.hpp"
#include "pg/scratch.hpp"
#include "pg/server_fixture.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/settings.hpp>

#include <cstddef>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::pg {

/// An address that leads to the primary of a PatroniCluster, whichever that is, and one that leads
/// to its replica: Unix sockets. Patroni is asked who is who.
class HaProxy {
 public:
  explicit HaProxy(PatroniCluster& cluster) {
    write_configuration(cluster);
    daemon_.emplace("haproxy", scratch_.path(),
                    std::vector<std::string>{find_program("haproxy"), "-db", "-f", "haproxy.cfg"});
    try {
      cluster.await("HAProxy leads to both", [&] {
        return leads_to(settings(), "false") && leads_to(replica_settings(), "true");
      });
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(error.what() + daemon_->last_words());
    }
  }

  [[nodiscard]] Settings settings() const { return settings_of(kPrimary); }
  [[nodiscard]] Settings replica_settings() const { return settings_of(kReplica); }

 private:
  static constexpr std::string_view kPrimary = "6500";  // parts of the sockets' names, and no more
  static constexpr std::string_view kReplica = "6501";

  [[nodiscard]] Settings settings_of(std::string_view port) const {
    return {.keywords = {{"host", scratch_.path()},
                         {"port", std::string(port)},
                         {"user", std::string(embedded::kSuperuser)},
                         {"dbname", "postgres"}}};
  }

  static bool leads_to(const Settings& settings, std::string_view in_recovery) {
    try {
      Connection probe(settings);
      return first_text(probe, "SELECT pg_is_in_recovery()::text") == in_recovery;
    } catch (const Error&) {
      return false;
    }
  }

  void write_configuration(const PatroniCluster& cluster) const {
    std::ofstream file(scratch_.path() / "haproxy.cfg");
    file << "defaults\n"
            "  mode tcp\n"
            "  timeout connect 1s\n"
            "  retries 0\n"  // otherwise it waits for a second, for a server that has gone
            "  timeout client 1h\n"
            "  timeout server 1h\n"
            "  timeout check 2s\n"
            "  default-server inter 200ms fall 2 rise 1 on-marked-down shutdown-sessions\n";
    write_listener(file, cluster, "primary", kPrimary);
    write_listener(file, cluster, "replica", kReplica);
  }
  void write_listener(std::ofstream& file, const PatroniCluster& cluster, std::string_view role,
                      std::string_view port) const {
    file << "listen " << role << "\n  bind unix@" << scratch_.path().string() << "/.s.PGSQL."
         << port << " mode 777\n  option httpchk HEAD /" << role
         << "\n  http-check expect status 200\n";
    for (std::size_t member = 0; member < PatroniCluster::kMembers; ++member) {
      file << "  server " << PatroniCluster::name(member) << " 127.0.0.1:" << cluster.port(member)
           << " check port " << cluster.rest_port(member) << '\n';
    }
  }

  Scratch scratch_;  // writable for whom HAProxy runs as
  std::optional<Daemon> daemon_;
};

}  // namespace pgjinja::pg
