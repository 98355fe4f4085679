#include "pg/embedded/process.hpp"

#include <pgjinja/core/error.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <fmt/format.h>

namespace pgjinja::pg::embedded {

void Descriptor::close() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

SocketPair make_socket_pair() {
  std::array<int, 2> fds{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) != 0) {
    throw Error(ErrorKind::Config,
                fmt::format("no socket pair for a child process: {}", std::strerror(errno)));
  }
  return {Descriptor(fds[0]), Descriptor(fds[1])};
}

std::optional<Account> server_account() {
  if (::geteuid() != 0) return std::nullopt;
  for (const char* name : {"postgres", "nobody"}) {
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 4096> buffer{};
    if (::getpwnam_r(name, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
      return Account{name, entry.pw_uid, entry.pw_gid};
    }
  }
  throw Error(ErrorKind::Config, "PostgreSQL does not run as root, and no other user was found")
      .hint("create a user named 'postgres', or run this program as an ordinary user");
}

namespace {

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
  for (const std::string_view prefix : prefixes) {
    if (text.starts_with(prefix)) return true;
  }
  return false;
}

std::vector<char*> clean_environment() {
  std::vector<char*> kept;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    if (!starts_with_any(*entry, {"PG", "LC_", "LANG"})) kept.push_back(*entry);
  }
  kept.push_back(nullptr);
  return kept;
}

/// Everything that the child needs, made before fork(): between fork and exec only
/// async-signal-safe calls are allowed, since another thread may have held malloc's lock.
struct Prepared {
  std::vector<char*> arguments;
  std::vector<char*> environment;
  int failure;  ///< where the child tells the errno that kept it from its program
};

bool become(const Account& account) {
  return ::setgroups(1, &account.group) == 0 && ::setgid(account.group) == 0 &&
         ::setuid(account.user) == 0;
}

/// Moves the wanted descriptors to 0, 1 and 2. They are lifted above 2 first, so that none is
/// overwritten before it has been moved.
bool arrange_descriptors(const Command& command) {
  std::array<int, 3> wanted{command.input, command.output, command.errors};
  for (int& fd : wanted) {
    fd = fd >= 0 ? ::fcntl(fd, F_DUPFD_CLOEXEC, 3) : ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd >= 0 && fd < 3) fd = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
  }
  for (int target = 0; target < 3; ++target) {
    if (::dup2(wanted[static_cast<std::size_t>(target)], target) < 0) return false;
  }
  return true;
}

/// A descriptor of the owner that is not marked close-on-exec would live on in the server: a
/// pipeline that reads the owner's output would then wait for the server's end.
void close_others_on_exec() {
#ifdef CLOSE_RANGE_CLOEXEC
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
#else
  for (int fd = 3; fd < 1024; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
#endif
}

void reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void die_with_parent() {
#ifdef __linux__
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

[[noreturn]] void execute_in_child(const Command& command, const Prepared& prepared) {
  reset_signals();
  if (command.own_session) ::setsid();
  // The directory is entered before the account changes: it may lie where only root gets to.
  const bool ready = ::chdir(command.directory.c_str()) == 0 && arrange_descriptors(command) &&
                     (!command.account || become(*command.account));
  if (ready) {
    close_others_on_exec();
    if (command.ends_with_owner) die_with_parent();
    ::execve(prepared.arguments[0], prepared.arguments.data(), prepared.environment.data());
  }
  const int reason = errno;
  static_cast<void>(::write(prepared.failure, &reason, sizeof reason) == 0);
  ::_exit(127);
}

Error cannot_execute(const Command& command, int reason) {
  return Error(ErrorKind::Config, fmt::format("cannot execute {}: {}", command.arguments.front(),
                                              std::strerror(reason)));
}

}  // namespace

pid_t spawn(const Command& command) {
  SocketPair failure = make_socket_pair();
  Prepared prepared{{}, clean_environment(), failure.theirs.get()};
  for (const std::string& argument : command.arguments) {
    prepared.arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  prepared.arguments.push_back(nullptr);

  const pid_t child = ::fork();
  if (child < 0) throw cannot_execute(command, errno);
  if (child == 0) execute_in_child(command, prepared);
  failure.theirs.close();
  int reason = 0;
  ssize_t got = 0;
  while ((got = ::read(failure.ours.get(), &reason, sizeof reason)) < 0 && errno == EINTR) {
  }
  if (got <= 0) return child;
  wait_for(child);
  throw cannot_execute(command, reason);
}

int wait_for(pid_t child) noexcept {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return 0;
  }
  return status;
}

Finished run(Command command, std::string_view input) {
  SocketPair stdio = make_socket_pair();
  command.input = command.output = command.errors = stdio.theirs.get();
  command.ends_with_owner = true;
  const pid_t child = spawn(command);
  stdio.theirs.close();
  ::send(stdio.ours.get(), input.data(), input.size(), MSG_NOSIGNAL);
  ::shutdown(stdio.ours.get(), SHUT_WR);

  Finished finished;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t got = ::read(stdio.ours.get(), buffer.data(), buffer.size());
    if (got > 0) finished.output.append(buffer.data(), static_cast<std::size_t>(got));
    if (got == 0 || (got < 0 && errno != EINTR)) break;
  }
  const int status = wait_for(child);
  finished.success = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return finished;
}

}  // namespace pgjinja::pg::embedded
