#pragma once

#include "pg/embedded/process.hpp"
#include "pg/scratch.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/embedded_server.hpp>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pgjinja::pg {

/// A PgBouncer in transaction mode in front of an embedded server, with two sessions there, on a
/// Unix socket of its own.
class PgBouncer {
 public:
  explicit PgBouncer(const EmbeddedServer& server) : PgBouncer(server.settings()) {}
  explicit PgBouncer(const Settings& server) : account_(embedded::server_account()) {
    write_configuration(server);
    start();
  }
  PgBouncer(const PgBouncer&) = delete;
  PgBouncer& operator=(const PgBouncer&) = delete;
  ~PgBouncer() {
    if (child_ > 0) stop(SIGINT);
  }

  [[nodiscard]] Settings settings() const {
    return {.keywords = {{"host", directory_},
                         {"port", std::string(kPort)},
                         {"user", "anybody"},
                         {"dbname", "app"}}};
  }

  /// By SIGINT, which waits for what runs, or SIGKILL.
  void stop(int signal) {
    ::kill(child_, signal);
    embedded::wait_for(child_);
    child_ = -1;
  }
  /// Returns when it answers.
  void start() {
    const std::string log_file = directory_ / "log";
    const embedded::Descriptor log(
        ::open(log_file.c_str(), O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0644));
    embedded::Command command;
    command.arguments = {program(), directory_ / "pgbouncer.ini"};
    command.account = account_;
    command.directory = directory_;
    command.output = log.get();
    command.errors = log.get();
    command.ends_with_owner = true;
    child_ = embedded::spawn(command);
    while (!answers()) {
      if (::waitpid(child_, nullptr, WNOHANG) != child_) continue;
      child_ = -1;
      std::ifstream file(log_file);
      throw std::runtime_error(std::string(std::istreambuf_iterator<char>(file), {}));
    }
  }

 private:
  static constexpr std::string_view kPort = "6400";  // a part of the socket's name, and no more

  void write_configuration(const Settings& server) const {
    std::ofstream file(directory_ / "pgbouncer.ini");
    file << "[databases]\napp = pool_size=2";
    for (const auto& [keyword, value] : server.keywords) file << ' ' << keyword << '=' << value;
    file << "\n[pgbouncer]\nlisten_port = " << kPort
         << "\nunix_socket_dir = " << directory_.string()
         << "\nauth_type = any\npool_mode = transaction\n"
         << "server_login_retry = 0.05\n";  // s: soon again when its server has gone
    if (tracks_statements()) file << "max_prepared_statements = 0\n";
  }

  /// From 1.21 on it can prepare statements wherever they are missing.
  static bool tracks_statements() {
    embedded::Command command;
    command.arguments = {std::string(program()), "--version"};
    const std::string said = embedded::run(command).output;
    int major = 0;
    int minor = 0;
    if (std::sscanf(said.c_str(), "PgBouncer %d.%d", &major, &minor) != 2) {
      throw std::runtime_error("PgBouncer does not say its version: " + said);
    }
    return major > 1 || minor >= 21;
  }

  static std::filesystem::path program() {
    for (const char* place : {"/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"}) {
      if (std::filesystem::exists(place)) return place;
    }
    throw std::runtime_error("pgbouncer is not installed: tools/install.sh test does that");
  }

  [[nodiscard]] bool answers() const {
    try {
      const Connection probe(settings());
      return true;
    } catch (const Error&) {
      return false;
    }
  }

  std::optional<embedded::Account> account_;
  Scratch scratch_;  // writable for whom PgBouncer runs as
  const std::filesystem::path& directory_ = scratch_.path();
  pid_t child_ = -1;
};

}  // namespace pgjinja::pg
