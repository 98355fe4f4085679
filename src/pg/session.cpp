#include "pg/session.hpp"

#include "pg/connect_error.hpp"
#include "pg/conninfo.hpp"
#include "pg/deadline.hpp"
#include "pg/fork_generation.hpp"
#include "pg/watch.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pgjinja::pg {

namespace {

using Clock = std::chrono::steady_clock;

Error timed_out(PGconn* conn, Clock::duration patience) {
  const char* host = PQhost(conn);
  const char* port = PQport(conn);
  return Error(ErrorKind::Connection,
               fmt::format("the server at {}, port {} did not open a session within {} ms",
                           host == nullptr ? "?" : host, port == nullptr ? "?" : port,
                           std::chrono::ceil<std::chrono::milliseconds>(patience).count()))
      .hint("is a firewall in between, is the server overloaded, or is connect_timeout too short?")
      .safe_to_retry(true);
}

/// Waits for libpq's socket.
void await(PGconn* conn, PostgresPollingStatusType wanted, const WakeUp* stop,
           Clock::time_point deadline, Clock::time_point begin) {
  const short events = wanted == PGRES_POLLING_READING ? short{POLLIN} : short{POLLOUT};
  switch (watch(PQsocket(conn), events, stop, deadline)) {
    case Woken::Events: return;
    case Woken::End: throw timed_out(conn, std::max(deadline - begin, Clock::duration(0)));
    case Woken::Stop:
      throw Error(ErrorKind::Cancelled, "the caller asked to stop while a session was opened")
          .safe_to_retry(true);
  }
}

void open(PGconn* conn, const WakeUp* stop, Clock::time_point deadline,
          Clock::time_point tcp_deadline) {
  const auto begin = Clock::now();
  PQsetErrorVerbosity(conn, PQERRORS_VERBOSE);
  auto status = PQstatus(conn) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
    const bool unanswered = PQstatus(conn) == CONNECTION_STARTED;
    await(conn, status, stop, unanswered ? std::min(deadline, tcp_deadline) : deadline, begin);
    status = PQconnectPoll(conn);
  }
  if (status == PGRES_POLLING_FAILED) {
    throw connect_error(PQerrorMessage(conn), PQconnectionNeedsPassword(conn) != 0);
  }
}

/// While it lives: keeps the text of an error that ended the session although nothing had been
/// asked. libpq takes that for a notice, which its own receiver prints to stderr.
class LastWords {
 public:
  explicit LastWords(PGconn* conn) : conn_(conn) { PQsetNoticeReceiver(conn, keep, this); }
  ~LastWords() { PQsetNoticeReceiver(conn_, drop, nullptr); }
  LastWords(const LastWords&) = delete;
  LastWords& operator=(const LastWords&) = delete;

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  static void keep(void* words, const PGresult* result) {
    const char* field = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const std::string_view severity = field == nullptr ? "" : field;
    if (severity != "FATAL" && severity != "PANIC") return;
    static_cast<LastWords*>(words)->text_ = PQresultErrorMessage(result);
  }
  static void drop(void*, const PGresult*) {}

  PGconn* conn_;
  std::string text_;
};

void check_handover(PGconn* conn, const LastWords& last_words) {
  // Handles the messages that came with ReadyForQuery and still lie in libpq's buffer; it reads
  // nothing from the socket.
  PQisBusy(conn);
  if (!last_words.text().empty()) throw connect_error(last_words.text(), false);
  if (PQprotocolVersion(conn) != 3) {
    throw Error(ErrorKind::Connection, "the server does not speak version 3 of the protocol");
  }
  if (PQsslInUse(conn) != 0 && PQsslStruct(conn, "OpenSSL") == nullptr) {
    throw Error(ErrorKind::Config, "libpq was built with a TLS library other than OpenSSL")
        .hint("install a libpq that uses OpenSSL, or connect with sslmode=disable");
  }
}

/// Is a keyword set by anyone: the settings, a service file, the environment?
bool is_set(const PQconninfoOption* options, std::string_view keyword) {
  for (const PQconninfoOption* o = options; o != nullptr && o->keyword != nullptr; ++o) {
    if (keyword == o->keyword) return o->val != nullptr && *o->val != '\0';
  }
  return false;
}

/// Has the system find out when a peer over TCP is gone without a word (manual 34.1.2,
/// keepalives_idle and others), in half a minute and not in hours, where nobody has said otherwise.
/// What cannot be set stays as the system has it: the deadlines of calls do not depend on it.
void find_lost_peers(PGconn* conn) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getpeername(PQsocket(conn), reinterpret_cast<sockaddr*>(&address), &size) != 0) return;
  if (address.ss_family == AF_UNIX) return;
  struct Timer {
    const char* keyword;
    int option;
    int value;
  };
  static constexpr Timer kTimers[] = {{"keepalives_idle", TCP_KEEPIDLE, 10},
                                      {"keepalives_interval", TCP_KEEPINTVL, 5},
                                      {"keepalives_count", TCP_KEEPCNT, 4},
                                      {"tcp_user_timeout", TCP_USER_TIMEOUT, 30'000}};
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(PQconninfo(conn),
                                                                               PQconninfoFree);
  for (const Timer& timer : kTimers) {
    if (is_set(options.get(), timer.keyword)) continue;
    ::setsockopt(PQsocket(conn), IPPROTO_TCP, timer.option, &timer.value, sizeof timer.value);
  }
}

/// Lets go of a socket that the parent process still uses: what PQfinish() says goes nowhere.
void detach(PGconn* conn) noexcept {
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nowhere < 0) return;
  ::dup2(nowhere, PQsocket(conn));
  ::close(nowhere);
}

}  // namespace

Session::Session(const Settings& settings, const CallLimits& limits, const WakeUp* stop,
                 std::chrono::milliseconds tcp_patience) {
  const Conninfo conninfo = make_conninfo(settings);
  const auto names = conninfo.names();
  const auto values = conninfo.values();
  conn_ = {PQconnectStartParams(names.data(), values.data(), 0), Finish{fork_generation()}};
  if (conn_ == nullptr) throw Error(ErrorKind::Connection, "libpq is out of memory");
  const LastWords last_words(conn_.get());
  const auto timeout = connect_timeout(conn_.get(), settings);
  open(conn_.get(), stop, std::min(limits.deadline, deadline_after(timeout)),
       deadline_after(tcp_patience));
  check_handover(conn_.get(), last_words);
  find_lost_peers(conn_.get());
}

void Session::Finish::operator()(PGconn* conn) const noexcept {
  if (generation != fork_generation()) {
    detach(conn);
  } else if (PQstatus(conn) == CONNECTION_OK) {
    PQsetnonblocking(conn, 1);  // Terminate must not wait for a server that does not read
  }
  PQfinish(conn);
}

Transport Session::transport() const {
  return {PQsocket(conn_.get()), static_cast<SSL*>(PQsslStruct(conn_.get(), "OpenSSL"))};
}

std::map<std::string, std::string, std::less<>> Session::parameters() const {
  // libpq cannot list them; these are all that servers report (manual 34.2).
  static constexpr const char* kReported[] = {"server_version",
                                              "server_encoding",
                                              "client_encoding",
                                              "application_name",
                                              "default_transaction_read_only",
                                              "in_hot_standby",
                                              "is_superuser",
                                              "session_authorization",
                                              "DateStyle",
                                              "IntervalStyle",
                                              "TimeZone",
                                              "integer_datetimes",
                                              "standard_conforming_strings",
                                              "scram_iterations",
                                              "search_path"};
  std::map<std::string, std::string, std::less<>> reported;
  for (const char* name : kReported) {
    if (const char* value = PQparameterStatus(conn_.get(), name)) reported[name] = value;
  }
  return reported;
}

std::uint32_t Session::backend_pid() const noexcept {
  return static_cast<std::uint32_t>(PQbackendPID(conn_.get()));
}

CancelKey Session::cancel_key() const noexcept { return CancelKey(PQgetCancel(conn_.get())); }

[[gnu::hot]] bool Session::belongs_here() const noexcept {
  return conn_.get_deleter().generation == fork_generation();
}

Error foreign_session_error() {
  return Error(ErrorKind::Config, "this connection was opened before fork(), by the parent")
      .hint("open connections after the fork, in the process that uses them");
}

}  // namespace pgjinja::pg
