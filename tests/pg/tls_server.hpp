#pragma once

#include "pg/embedded/binaries.hpp"
#include "pg/embedded/cluster.hpp"
#include "pg/embedded/process.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/connection.hpp>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pgjinja::pg {

/// A cluster of its own on a free port of 127.0.0.1, with a certificate made for this run. The role
/// "tester" has to come by TLS with the password "geheim", "plain" without TLS with the same one,
/// and "certified" by TLS with a client certificate. SCRAM is what passwords go by.
class TlsServer {
 public:
  TlsServer()
      : binaries_(embedded::find_binaries({})),
        account_(embedded::server_account()),
        directory_(make_directory()),
        port_(free_port()) {
    embedded::initialise_cluster(binaries_, account_, directory_ / "data");
    shell(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        "-subj /CN=test -addext subjectAltName=IP:127.0.0.1 -keyout server.key -out server.crt && "
        "openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=certified "
        "-keyout client.key -out client.csr && "
        "openssl x509 -req -in client.csr -CA server.crt -CAkey server.key -CAcreateserial -days 2 "
        "-out client.crt && "
        "chmod 600 server.key client.key && chmod 644 *.crt && chmod 755 . && "
        "printf 'local all all trust\\nhostssl all certified 127.0.0.1/32 cert\\n"
        "hostnossl all plain 127.0.0.1/32 scram-sha-256\\n"
        "hostssl all all 127.0.0.1/32 scram-sha-256\\n' >data/pg_hba.conf");
    start();
    Connection(local()).run_script(
        "CREATE ROLE tester LOGIN PASSWORD 'geheim'; CREATE ROLE plain LOGIN PASSWORD 'geheim';"
        "CREATE ROLE certified LOGIN");
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  ~TlsServer() {
    stop();
    std::error_code ignored;  // a directory that stays harms no other test
    std::filesystem::remove_all(directory_, ignored);
  }

  void start() {
    const embedded::Descriptor log(
        ::open(log_file().c_str(), O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0644));
    embedded::Command command;
    command.arguments = {binaries_.postgres(),
                         "-D",
                         "data",
                         "-k",
                         directory_,
                         "-p",
                         port_,
                         "-h",
                         "127.0.0.1",
                         "-F",
                         "-c",
                         "ssl=on",
                         "-c",
                         "ssl_cert_file=" + (directory_ / "server.crt").string(),
                         "-c",
                         "ssl_key_file=" + (directory_ / "server.key").string(),
                         "-c",
                         "ssl_ca_file=" + (directory_ / "server.crt").string(),
                         "-c",
                         "log_min_messages=debug1"};
    command.account = account_;
    command.directory = directory_;
    command.output = log.get();
    command.errors = log.get();
    command.ends_with_owner = true;
    child_ = embedded::spawn(command);
    while (!answers()) {
    }
  }
  /// Fast shutdown: sessions are terminated.
  void stop() {
    if (child_ <= 0) return;
    ::kill(child_, SIGINT);
    embedded::wait_for(child_);
    child_ = -1;
  }

  [[nodiscard]] Settings local() const {
    return {.conninfo = {},
            .keywords = {{"host", directory_},
                         {"port", port_},
                         {"user", std::string(embedded::kSuperuser)},
                         {"dbname", "app"}}};
  }
  [[nodiscard]] Settings tls() const {
    return {.conninfo = {},
            .keywords = {{"host", "127.0.0.1"},
                         {"port", port_},
                         {"user", "tester"},
                         {"dbname", "app"},
                         {"password", "geheim"},
                         {"sslmode", "verify-full"},
                         {"sslrootcert", directory_ / "server.crt"},
                         {"channel_binding", "require"}}};
  }
  /// With these keywords instead of those of tls(); an empty one is taken away.
  [[nodiscard]] Settings tls_but(const std::map<std::string, std::string>& keywords) const {
    Settings changed = tls();
    for (const auto& [keyword, value] : keywords) changed.keywords[keyword] = value;
    std::erase_if(changed.keywords, [](const auto& entry) { return entry.second.empty(); });
    return changed;
  }
  [[nodiscard]] const std::filesystem::path& directory() const noexcept { return directory_; }
  [[nodiscard]] std::string log() const {
    std::ifstream file(log_file());
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::filesystem::path make_directory() const {
    std::string name = std::filesystem::temp_directory_path() / "pgjinja-tls-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    if (account_ && ::chown(name.c_str(), account_->user, account_->group) != 0) {
      throw std::runtime_error("the temporary directory cannot be given away");
    }
    return name;
  }
  static std::string free_port() {
    const embedded::Descriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(probe.get(), generic, size) != 0 ||
        ::getsockname(probe.get(), generic, &size) != 0) {
      throw std::runtime_error("no free port");
    }
    return std::to_string(ntohs(address.sin_port));
  }
  void shell(const std::string& script) const {
    embedded::Command command;
    command.arguments = {"/bin/sh", "-c", script};
    command.account = account_;
    command.directory = directory_;
    const embedded::Finished finished = embedded::run(command);
    if (!finished.success) throw std::runtime_error(finished.output);
  }
  [[nodiscard]] bool answers() const {
    if (::waitpid(child_, nullptr, WNOHANG) == child_) throw std::runtime_error(log());
    try {
      const Connection probe(local());
      return true;
    } catch (const Error&) {
      return false;
    }
  }
  [[nodiscard]] std::string log_file() const { return directory_ / "log"; }

  embedded::Binaries binaries_;
  std::optional<embedded::Account> account_;
  std::filesystem::path directory_;
  std::string port_;
  pid_t child_ = -1;
};

}  // namespace pgjinja::pg
