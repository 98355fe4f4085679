#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace pgjinja::pg::embedded {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) noexcept : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { close(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  void close() noexcept;

 private:
  int fd_;
};

/// Two connected stream sockets, closed in programs that are executed.
struct SocketPair {
  Descriptor ours;
  Descriptor theirs;
};
/// @throws Error{Config} when the process has no descriptors left.
SocketPair make_socket_pair();

/// A user of the operating system.
struct Account {
  std::string name;
  uid_t user;
  gid_t group;
};

/// Who the server runs as: nobody else than the caller, or, for root, an unprivileged account
/// ("postgres" where there is one, else "nobody"), because PostgreSQL refuses to run as root.
/// @throws Error{Config} for root on a system that has neither.
std::optional<Account> server_account();

/// A program to execute. It gets this process's environment without PG*, LC_* and LANG*, so that
/// neither the caller's server settings nor its language change what the program does.
struct Command {
  std::vector<std::string> arguments;  ///< the first is the program's path
  std::optional<Account> account;      ///< whom to become, after `directory` has been entered
  std::filesystem::path directory = "/";
  int input = -1;   ///< descriptors for stdin, stdout and stderr; -1: /dev/null
  int output = -1;  ///< all others are closed
  int errors = -1;
  bool own_session = false;      ///< out of reach of the terminal's Ctrl-C
  bool ends_with_owner = false;  ///< killed when the calling thread ends (where the OS can)
};

/// Starts a program and returns its process id. Safe in a program with threads.
/// @throws Error{Config} when it cannot be executed.
pid_t spawn(const Command& command);

/// Waits for a child to end and returns the status of waitpid, or 0 when somebody else took it.
int wait_for(pid_t child) noexcept;

struct Finished {
  bool success = false;
  std::string output;  ///< of stdout and stderr
};
/// Runs a program to its end, with `input` (of a few kilobytes at most) on its stdin.
/// @throws Error{Config} when it cannot be executed.
Finished run(Command command, std::string_view input = {});

}  // namespace pgjinja::pg::embedded
