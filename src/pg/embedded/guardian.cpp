#include "pg/embedded/guardian.hpp"

#include <pgjinja/core/error.hpp>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pgjinja::pg::embedded {

namespace {

using std::chrono::milliseconds;

// The shell is the one guardian that is installed everywhere and that can be executed: a forked
// copy of the owner would hold all its memory and files, and could not safely allocate when the
// owner has threads.
//
// `read` returns at a line from the owner or at the end of its socket. The server is the shell's
// child, so `wait` is exact. Descriptor 3 is the server's copy of the answers socket: the owner
// sees its end when the last server process has gone.
// SIGTERM before SIGINT: a shell starts background programs with SIGINT ignored, which matters
// until the server has set its own handlers; afterwards SIGINT turns the smart shutdown fast
// (manual 19.5). The last two lines end the timer and then the directory; a server that was killed
// may leave processes that still write for a moment.
// Whoever killed the owner may have done so before it read what `echo` says: SIGPIPE would then end
// the shell with its work undone, and the server would be nobody's.
constexpr const char* kScript = R"sh(
trap '' PIPE
umask 077
postgres=$1 port=$2; shift 2
directory=
for parent do
  directory=$(mktemp -d "$parent/pgjinja-XXXXXX") && break
done
echo "$directory"
[ -n "$directory" ] || exit 1
if read -r _; then
  "$postgres" -D "$directory/data" -k "$directory" -p "$port" -h '' \
    3>&1 >"$directory/log" 2>&1 </dev/null &
  server=$!
  echo "$server"
  exec >/dev/null
  read -r _
  kill -TERM "$server"; kill -INT "$server"
  (sleep 5; kill -QUIT "$server"; sleep 5; kill -KILL "$server") &
  wait "$server"
  trap '' TERM; kill -TERM 0
fi
tries=50
until rm -rf "$directory" || [ $((tries -= 1)) = 0 ]; do sleep 0.1; done
)sh";

/// Where the private directory may be. A socket's path has at most 107 bytes (unix(7)).
std::vector<std::string> parents() {
  constexpr std::size_t kLongest = 107 - std::string_view("/pgjinja-XXXXXX/.s.PGSQL.5433").size();
  std::vector<std::string> out;
  const char* wanted = std::getenv("TMPDIR");
  if (wanted != nullptr && *wanted == '/' && std::string_view(wanted).size() <= kLongest) {
    out.emplace_back(wanted);
  }
  out.emplace_back("/tmp");
  return out;
}

}  // namespace

Guardian::Guardian(const Binaries& binaries, const std::optional<Account>& account)
    : owner_(::getpid()) {
  SocketPair commands = make_socket_pair();
  SocketPair answers = make_socket_pair();
  Command shell;
  shell.arguments = {
      "/bin/sh", "-c", kScript, "pgjinja-guardian", binaries.postgres(), std::to_string(kPort)};
  for (std::string& parent : parents()) shell.arguments.push_back(std::move(parent));
  shell.account = account;
  shell.input = commands.theirs.get();
  shell.output = answers.theirs.get();
  shell.own_session = true;
  process_ = spawn(shell);
  commands_ = std::move(commands.ours);
  answers_ = std::move(answers.ours);
  answers.theirs.close();

  directory_ = read_line();
  if (directory_.empty()) {
    stop();
    throw Error(ErrorKind::Config, "no private directory for the embedded server can be made")
        .hint("set TMPDIR to a directory that the server's user may write to");
  }
}

pid_t Guardian::start_server() {
  ::send(commands_.get(), "start\n", 6, MSG_NOSIGNAL);
  const std::string line = read_line();
  server_ = static_cast<pid_t>(std::strtol(line.c_str(), nullptr, 10));
  if (server_ <= 0) {
    throw Error(ErrorKind::Connection, "the embedded server's guardian process has died");
  }
  return server_;
}

bool Guardian::ends_within(milliseconds patience) const {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd wait{answers_.get(), POLLIN, 0};
    const int ready = ::poll(&wait, 1, static_cast<int>(std::max(left, milliseconds(0)).count()));
    if (ready > 0) return true;  // nothing more is ever written, so this is the end
    if (ready == 0 || errno != EINTR) return false;
  }
}

std::string Guardian::read_line() {
  std::string line;
  for (char c = '\0';;) {
    const ssize_t got = ::read(answers_.get(), &c, 1);
    if (got == 0 || (got < 0 && errno != EINTR)) return {};
    if (got < 0) continue;
    if (c == '\n') return line;
    line += c;
  }
}

void Guardian::stop() noexcept {
  // A forked child that runs the owner's destructors must not take the server down.
  if (process_ < 0 || ::getpid() != owner_) return;
  // shutdown() and not only close(): forked children may hold copies of this socket.
  ::shutdown(commands_.get(), SHUT_RDWR);
  wait_for(process_);
  process_ = -1;
  replace_guardian();
}

/// Does the guardian's work when somebody has killed it; otherwise there is nothing left to do.
void Guardian::replace_guardian() noexcept {
  for (const int signal : {SIGINT, SIGQUIT, SIGKILL}) {
    if (server_ <= 0 || ends_within(milliseconds(0))) break;
    // The answers socket is still open, so the process id still is the server's.
    ::kill(server_, signal);
    if (ends_within(std::chrono::seconds(5))) break;
  }
  std::error_code gone;  // as it should be
  if (!directory_.empty()) std::filesystem::remove_all(directory_, gone);
}

}  // namespace pgjinja::pg::embedded
