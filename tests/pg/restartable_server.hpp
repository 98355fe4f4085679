#pragma once

#include "pg/embedded/binaries.hpp"
#include "pg/embedded/cluster.hpp"
#include "pg/embedded/cluster_cache.hpp"
#include "pg/embedded/process.hpp"
#include "pg/scratch.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/connection.hpp>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pgjinja::pg {

/// A server of its own, on a Unix socket, that can be stopped in all ways and started again. What
/// it has acknowledged survives that, but not a failure of the machine.
class RestartableServer {
 public:
  explicit RestartableServer(const std::vector<std::string>& configuration = {})
      : account_(embedded::server_account()), binaries_(embedded::find_binaries({})) {
    const embedded::ClusterCache cache({}, server_version(binaries_), account_);
    if (!cache.restore(data())) initialise_cluster(binaries_, account_, data());
    begin(configuration);
  }
  /// The server that a replica follows.
  struct Of {
    const RestartableServer& primary;
  };
  /// A replica: a copy that streams what the primary writes.
  explicit RestartableServer(Of of, const std::vector<std::string>& configuration = {})
      : account_(embedded::server_account()), binaries_(embedded::find_binaries({})) {
    copy(of.primary);
    begin(configuration);
  }
  RestartableServer(const RestartableServer&) = delete;
  RestartableServer& operator=(const RestartableServer&) = delete;
  ~RestartableServer() {
    if (pid_ > 0) stop(SIGQUIT);
  }

  /// Starts it, and does not wait for it.
  void launch() {
    const std::string log_file = directory() + "/log";
    const embedded::Descriptor log(
        ::open(log_file.c_str(), O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0666));
    embedded::Command command;
    command.arguments = {binaries_.postgres(), "-D", data()};
    command.account = account_;
    command.directory = directory();
    command.output = log.get();
    command.errors = log.get();
    command.ends_with_owner = true;
    command.own_session = true;
    pid_ = embedded::spawn(command);
  }
  void start() {
    launch();
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!answers()) {
      if (std::chrono::steady_clock::now() > end) throw std::runtime_error("it does not start");
      // The children of one that was killed may still be there, and it refuses to start.
      if (::waitpid(pid_, nullptr, WNOHANG) == pid_) launch();
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  /// SIGTERM (smart), SIGINT (fast), SIGQUIT (immediate) or SIGKILL, of the postmaster.
  void stop(int signal) {
    ::kill(pid_, signal);
    embedded::wait_for(pid_);
    pid_ = -1;
  }
  /// When it is stopped, and nothing of it runs any more: becomes a replica of that server, and
  /// forgets all that it has.
  void follow(const RestartableServer& primary,
              const std::vector<std::string>& configuration = {}) {
    std::filesystem::remove_all(data());
    copy(primary);
    begin(configuration);
  }
  /// Ends the recovery of a replica.
  void promote() const {
    Connection connection(settings());
    while (true) {
      try {
        return connection.run_script("SELECT pg_promote(true, 60)");
      } catch (const Error& error) {
        if (error.sqlstate() == "55000") return;  // it has ended since
        // What is still recovered may end the session's waiting, not the promotion.
        if (error.sqlstate() != "40001") throw;
      }
    }
  }
  void execute(const std::string& sql) const {
    Connection connection(settings());
    connection.run_script(sql);
  }
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

  [[nodiscard]] std::string socket() const {
    return directory() + "/.s.PGSQL." + std::to_string(kPort);
  }
  [[nodiscard]] std::string directory() const { return scratch_.path(); }
  [[nodiscard]] Settings settings() const {
    return {.keywords = {{"host", directory()},
                         {"port", std::to_string(kPort)},
                         {"user", std::string(embedded::kSuperuser)},
                         {"dbname", std::string(embedded::kDefaultDatabase)}}};
  }
  [[nodiscard]] bool answers() const {
    try {
      const Connection probe(settings());
      return true;
    } catch (const Error&) {
      return false;
    }
  }

 private:
  void copy(const RestartableServer& primary) {
    const Settings from = primary.settings();
    embedded::Command command;
    command.arguments = {binaries_.directory / "pg_basebackup",
                         "--host=" + from.keywords.at("host"),
                         "--port=" + from.keywords.at("port"),
                         "--username=" + from.keywords.at("user"),
                         "--pgdata=" + data(),
                         "--checkpoint=fast",
                         "--no-sync",
                         "--write-recovery-conf"};
    command.account = account_;
    command.directory = directory();
    const embedded::Finished finished = run(std::move(command), {});
    if (!finished.success) throw std::runtime_error("pg_basebackup: " + finished.output);
  }
  void begin(const std::vector<std::string>& configuration) {
    std::vector<std::string> lines{"synchronous_commit = on", "listen_addresses = ''",
                                   "port = " + std::to_string(kPort),
                                   "unix_socket_directories = '" + directory() + "'"};
    lines.insert(lines.end(), configuration.begin(), configuration.end());
    write("data/postgresql.conf", embedded::cluster_configuration(lines));
    start();
  }

  static constexpr int kPort = 5433;  // a part of the socket's name, and no more

  [[nodiscard]] std::string data() const { return scratch_.path() / "data"; }

  void write(const std::string& file, const std::string& text) const {
    embedded::Command command;
    command.arguments = {"/bin/sh", "-c", "cat >" + file};
    command.account = account_;
    command.directory = directory();
    if (!run(std::move(command), text).success) throw std::runtime_error("cannot write " + file);
  }

  std::optional<embedded::Account> account_;
  embedded::Binaries binaries_;
  Scratch scratch_;
  pid_t pid_ = -1;
};

}  // namespace pgjinja::pg
