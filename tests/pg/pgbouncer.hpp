#pragma once

#include "pg/daemon.hpp"
#include "pg/embedded/process.hpp"
#include "pg/scratch.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/embedded_server.hpp>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace pgjinja::pg {

/// A PgBouncer in transaction mode in front of an embedded server, with two sessions there, on a
/// Unix socket of its own.
class PgBouncer {
 public:
  explicit PgBouncer(const EmbeddedServer& server) : PgBouncer(server.settings()) {}
  explicit PgBouncer(const Settings& server) {
    write_configuration(server);
    program_.emplace("pgbouncer", directory_,
                     std::vector<std::string>{program(), directory_ / "pgbouncer.ini"});
    await_answer();
  }
  PgBouncer(const PgBouncer&) = delete;
  PgBouncer& operator=(const PgBouncer&) = delete;
  ~PgBouncer() { program_->stop(SIGINT); }

  [[nodiscard]] Settings settings() const {
    return {.keywords = {{"host", directory_},
                         {"port", std::string(kPort)},
                         {"user", "anybody"},
                         {"dbname", "app"}}};
  }

  /// By SIGINT, which waits for what runs, or SIGKILL.
  void stop(int signal) { program_->stop(signal); }
  /// Returns when it answers.
  void start() {
    program_->start();
    await_answer();
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
    command.arguments = {program(), "--version"};
    const std::string said = embedded::run(command).output;
    int major = 0;
    int minor = 0;
    if (std::sscanf(said.c_str(), "PgBouncer %d.%d", &major, &minor) != 2) {
      throw std::runtime_error("PgBouncer does not say its version: " + said);
    }
    return major > 1 || minor >= 21;
  }

  static std::string program() {
    std::string found = find_program("pgbouncer");
    if (!found.empty()) return found;
    throw std::runtime_error("pgbouncer is not installed: tools/install.sh test does that");
  }

  void await_answer() {
    while (!answers()) {
      if (!program_->runs()) throw std::runtime_error(program_->last_words());
    }
  }
  [[nodiscard]] bool answers() const {
    try {
      const Connection probe(settings());
      return true;
    } catch (const Error&) {
      return false;
    }
  }

  Scratch scratch_;  // writable for whom PgBouncer runs as
  const std::filesystem::path& directory_ = scratch_.path();
  std::optional<Daemon> program_;
};

}  // namespace pgjinja::pg
