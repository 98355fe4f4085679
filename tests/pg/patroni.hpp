#pragma once

#include "pg/daemon.hpp"
#include "pg/embedded/binaries.hpp"
#include "pg/embedded/cluster.hpp"
#include "pg/embedded/process.hpp"
#include "pg/loopback.hpp"
#include "pg/scratch.hpp"

#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/settings.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::pg {

/// Patroni leaves its server running when it is killed. This process ends the servers of a
/// directory when its owner is done with them, or has been killed itself.
class ServersEnd {
 public:
  explicit ServersEnd(const Scratch& scratch) : alive_(embedded::make_socket_pair()) {
    embedded::Command command;
    command.arguments = {"/bin/sh", "-c", std::string(kScript)};
    command.account = embedded::server_account();
    command.directory = scratch.path();
    command.input = alive_.theirs.get();
    command.own_session = true;
    child_ = embedded::spawn(command);
    alive_.theirs.close();
  }
  ServersEnd(const ServersEnd&) = delete;
  ServersEnd& operator=(const ServersEnd&) = delete;
  ~ServersEnd() {
    alive_.ours.close();
    embedded::wait_for(child_);
  }

 private:
  // The file goes when the server has ended; one that is left by a killed server stays.
  static constexpr std::string_view kScript = R"(
    cat >/dev/null
    for file in */postmaster.pid; do
      [ -e "$file" ] && read -r pid <"$file" && kill -QUIT "$pid" || continue
      for turn in $(seq 100); do
        [ -e "$file" ] || break
        sleep 0.1
      done
    done)";

  embedded::SocketPair alive_;
  pid_t child_ = -1;
};

/// Two servers of which Patroni makes one the primary, by way of an etcd. What a client has been
/// told is committed is on both, as long as both are well: replication is synchronous.
class PatroniCluster {
 public:
  static constexpr std::size_t kMembers = 2;

  /// The programs that are not installed; "" when all are.
  static std::string missing() {
    std::string names;
    for (const char* name : {"patroni", "etcd", "haproxy"}) {
      if (find_program(name).empty()) names += std::string(names.empty() ? "" : ", ") + name;
    }
    return names;
  }

  PatroniCluster() : ports_(free_ports(2 + 2 * kMembers)) {
    start_etcd();
    for (std::size_t member = 0; member < kMembers; ++member) {
      write_configuration(member);
      members_.push_back(std::make_unique<Daemon>(
          name(member), directory(),
          std::vector<std::string>{find_program("patroni"), name(member) + ".yml"}));
    }
    await_health();
  }

  /// How to reach all of them, or one.
  [[nodiscard]] Settings settings() const {
    Settings all = settings(0);
    for (std::size_t member = 1; member < kMembers; ++member) {
      all.keywords["host"] += ",127.0.0.1";
      all.keywords["port"] += "," + std::to_string(port(member));
    }
    return all;
  }
  [[nodiscard]] Settings settings(std::size_t member) const {
    return {.keywords = {{"host", "127.0.0.1"},
                         {"port", std::to_string(port(member))},
                         {"user", std::string(embedded::kSuperuser)},
                         {"dbname", "postgres"}}};
  }
  [[nodiscard]] std::uint16_t port(std::size_t member) const { return ports_[2 + 2 * member]; }
  /// Where Patroni itself answers for a member.
  [[nodiscard]] std::uint16_t rest_port(std::size_t member) const { return ports_[3 + 2 * member]; }
  static std::string name(std::size_t member) { return "member" + std::to_string(member); }

  /// Who is the primary, as Patroni says; none while there is none.
  [[nodiscard]] std::optional<std::size_t> leader() const { return who_is("/primary"); }
  std::size_t await_leader() {
    std::optional<std::size_t> found;
    await("a member is the leader", [&] { return (found = leader()).has_value(); });
    return *found;
  }
  /// Until there is a primary, and the other one has all that it acknowledges.
  void await_health() {
    await("both members are well", [&] {
      if (!all_run()) fail("one has ended");
      const std::optional<std::size_t> primary = leader();
      const std::optional<std::size_t> standby = who_is("/synchronous");
      return primary && standby && *primary != *standby;
    });
  }
  /// Until it is so; asks often. @throws std::runtime_error with the end of all logs
  void await(const std::string& what, const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) fail("it has not happened that " + what);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  /// Makes the other one the primary, in good order. Both have to be well.
  void switchover() {
    const std::size_t from = await_leader();
    const std::string wish = fmt::format(R"({{"leader":"{}"}})", name(from));
    HttpAnswer answer;
    await("a switchover is possible", [&] {
      answer = http(rest_port(from), "POST", "/switchover", wish, std::chrono::seconds(60));
      return answer.status != 412;  // Patroni has asked the other one, and does not dare
    });
    if (answer.status != 200) fail("no switchover: " + answer.text);
  }
  /// Kills the primary and its Patroni. The other one waits for the leader's key to expire.
  void kill_leader() {
    const std::size_t from = await_leader();
    members_[from]->stop(SIGKILL);
    const std::vector<pid_t> server = processes(from);
    if (server.empty()) fail("there is no server to kill");
    // The postmaster first, which would start again what its children do.
    for (const pid_t process : server) ::kill(process, SIGKILL);
  }
  /// Starts what was killed.
  void revive() {
    for (const std::unique_ptr<Daemon>& member : members_) member->start();
  }

 private:
  [[nodiscard]] const std::filesystem::path& directory() const { return scratch_.path(); }

  void start_etcd() {
    const std::string clients = "http://127.0.0.1:" + std::to_string(ports_[0]);
    const std::string peers = "http://127.0.0.1:" + std::to_string(ports_[1]);
    etcd_ = std::make_unique<Daemon>(
        "etcd", directory(),
        std::vector<std::string>{
            find_program("etcd"), "--data-dir=etcd", "--listen-client-urls=" + clients,
            "--advertise-client-urls=" + clients, "--listen-peer-urls=" + peers,
            "--initial-advertise-peer-urls=" + peers, "--initial-cluster=default=" + peers});
    await("etcd answers", [&] { return http(ports_[0], "GET", "/health").status == 200; });
  }

  void write_configuration(std::size_t member) const {
    std::ofstream(directory() / (name(member) + ".yml")) << fmt::format(
        kConfiguration, fmt::arg("name", name(member)), fmt::arg("rest", rest_port(member)),
        fmt::arg("etcd", ports_[0]), fmt::arg("port", port(member)),
        fmt::arg("directory", directory().string()), fmt::arg("user", embedded::kSuperuser),
        fmt::arg("programs", embedded::find_binaries({}).directory.string()));
  }

  /// Those of a server, where the system tells a process's children; else the postmaster alone.
  [[nodiscard]] std::vector<pid_t> processes(std::size_t member) const {
    std::vector<pid_t> all;
    std::ifstream file(directory() / name(member) / "postmaster.pid");
    pid_t postmaster = 0;
    if (!(file >> postmaster) || postmaster <= 1) return all;
    all.push_back(postmaster);
    std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", postmaster));
    for (pid_t child = 0; children >> child;) all.push_back(child);
    return all;
  }
  [[nodiscard]] bool all_run() const {
    return etcd_->runs() && std::all_of(members_.begin(), members_.end(),
                                        [](const auto& member) { return member->runs(); });
  }
  [[nodiscard]] std::optional<std::size_t> who_is(const std::string& role) const {
    for (std::size_t member = 0; member < kMembers; ++member) {
      if (http(rest_port(member), "GET", role).status == 200) return member;
    }
    return std::nullopt;
  }

  [[noreturn]] void fail(const std::string& what) const {
    std::string logs = etcd_->last_words();
    for (const std::unique_ptr<Daemon>& member : members_) logs += member->last_words();
    throw std::runtime_error(what + logs);
  }

  // ttl: 20 s are the least that Patroni takes. It may be as patient with etcd as that allows
  // (loop_wait + 2 × retry_timeout), so that a busy disk is no reason to give the lead up.
  static constexpr std::string_view kConfiguration = R"(
scope: test
name: {name}
restapi: {{listen: "127.0.0.1:{rest}", connect_address: "127.0.0.1:{rest}"}}
etcd3: {{host: "127.0.0.1:{etcd}"}}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 1
    retry_timeout: 9
    synchronous_mode: true
    postgresql:
      use_pg_rewind: true
      parameters: {{fsync: "off", max_connections: 50}}
  initdb: [encoding: UTF8, wal-segsize: "1", no-sync]
postgresql:
  listen: "127.0.0.1:{port}"
  connect_address: "127.0.0.1:{port}"
  data_dir: "{directory}/{name}"
  bin_dir: "{programs}"
  pgpass: "{directory}/{name}.pgpass"
  authentication: {{superuser: {{username: {user}}}, replication: {{username: {user}}}}}
  pg_hba: ["local all all trust", "host all,replication all 127.0.0.1/32 trust"]
  parameters: {{unix_socket_directories: "{directory}"}}
  basebackup: [{{checkpoint: fast}}, no-sync]
)";

  // Members are destroyed in the opposite order: first who would start the servers again.
  Scratch scratch_;
  ServersEnd servers_end_{scratch_};
  std::vector<std::uint16_t> ports_;  ///< of etcd: clients, peers; of each member: server, Patroni
  std::unique_ptr<Daemon> etcd_;
  std::vector<std::unique_ptr<Daemon>> members_;
};

}  // namespace pgjinja::pg
