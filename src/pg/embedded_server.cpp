#include "pg/embedded/binaries.hpp"
#include "pg/embedded/cluster.hpp"
#include "pg/embedded/cluster_cache.hpp"
#include "pg/embedded/guardian.hpp"
#include "pg/embedded/process.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/embedded_server.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <libpq-fe.h>

namespace pgjinja {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct Finish {
  void operator()(PGconn* session) const noexcept { PQfinish(session); }
};
using Session = std::unique_ptr<PGconn, Finish>;

std::chrono::microseconds since(Clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
}

std::string tail_of(const fs::path& file) {
  constexpr std::size_t kTail = 4000;
  std::ifstream log(file);
  std::string text{std::istreambuf_iterator<char>(log), {}};
  if (text.size() > kTail) text.erase(0, text.size() - kTail);
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

Session connect(const fs::path& directory) {
  const std::string port = std::to_string(pg::embedded::Guardian::kPort);
  const char* keywords[] = {"host", "port", "user", "dbname", "connect_timeout", nullptr};
  const char* values[] = {directory.c_str(), port.c_str(), pg::embedded::kSuperuser.data(),
                          "postgres",        "10",         nullptr};
  return Session(PQconnectdbParams(keywords, values, 0));
}

}  // namespace

class EmbeddedServer::Impl {
 public:
  explicit Impl(const Options& options)
      : binaries_(pg::embedded::find_binaries(options.bindir)),
        account_(pg::embedded::server_account()),
        guardian_(binaries_, account_) {
    make_cluster(options);
    start(options.database);
    settings_.keywords = {{"host", directory().string()},
                          {"port", std::to_string(pg::embedded::Guardian::kPort)},
                          {"user", std::string(pg::embedded::kSuperuser)},
                          {"dbname", options.database}};
  }

  [[nodiscard]] const pg::Settings& settings() const noexcept { return settings_; }
  [[nodiscard]] const Timings& timings() const noexcept { return timings_; }
  [[nodiscard]] const fs::path& directory() const noexcept { return guardian_.directory(); }
  [[nodiscard]] const fs::path& bindir() const noexcept { return binaries_.directory; }
  [[nodiscard]] int pid() const noexcept { return pid_; }

 private:
  void make_cluster(const Options& options) {
    const Clock::time_point begin = Clock::now();
    const fs::path data = directory() / "data";
    const pg::embedded::ClusterCache cache(options.cache, server_version(binaries_), account_);
    timings_.from_cache = cache.restore(data);
    if (!timings_.from_cache) {
      initialise_cluster(binaries_, account_, data);
      cache.keep(data);
    }
    configure(options.configuration);
    timings_.initialise = since(begin);
  }

  /// Written by a child under the server's account, to whom the cluster belongs.
  void configure(const std::vector<std::string>& lines) {
    pg::embedded::Command write;
    write.arguments = {"/bin/sh", "-c", "cat >data/postgresql.conf"};
    write.account = account_;
    write.directory = directory();
    const auto written = run(std::move(write), pg::embedded::cluster_configuration(lines));
    if (!written.success) {
      throw Error(ErrorKind::Config, "the embedded server's postgresql.conf cannot be written")
          .detail(written.output);
    }
  }

  void start(const std::string& database) {
    const Clock::time_point begin = Clock::now();
    pid_ = guardian_.start_server();
    const Session session = first_session(begin + 60s);
    create_database(session.get(), database);
    timings_.start = since(begin);
  }

  Session first_session(Clock::time_point deadline) {
    const fs::path socket = directory() / fmt::format(".s.PGSQL.{}", pg::embedded::Guardian::kPort);
    std::string said;
    while (Clock::now() < deadline) {
      if (fs::exists(socket)) {
        Session session = connect(directory());
        if (PQstatus(session.get()) == CONNECTION_OK) return session;
        said = PQerrorMessage(session.get());
      }
      if (guardian_.ends_within(2ms)) throw failure("ended while it started");
    }
    throw failure(fmt::format("did not answer within a minute ({})", said));
  }

  [[nodiscard]] Error failure(std::string_view what) const {
    return Error(ErrorKind::Connection, fmt::format("the embedded server {}", what))
        .detail(tail_of(directory() / "log"))
        .hint(timings_.from_cache
                  ? "its log is above; if the cached cluster is damaged, remove the "
                    "cache directory"
                  : "its log is above; check the configuration lines first");
  }

  static void create_database(PGconn* session, const std::string& database) {
    if (database == pg::embedded::kDefaultDatabase || database == "postgres") return;
    char* quoted = PQescapeIdentifier(session, database.data(), database.size());
    const std::string sql = fmt::format("CREATE DATABASE {}", quoted == nullptr ? "" : quoted);
    PQfreemem(quoted);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(session, sql.c_str()),
                                                               &PQclear);
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
      throw Error(ErrorKind::Config, fmt::format("the database '{}' cannot be created", database))
          .detail(PQerrorMessage(session));
    }
  }

  pg::embedded::Binaries binaries_;
  std::optional<pg::embedded::Account> account_;
  pg::embedded::Guardian guardian_;
  pg::Settings settings_;
  Timings timings_;
  int pid_ = -1;
};

EmbeddedServer::EmbeddedServer(const Options& options) : impl_(std::make_unique<Impl>(options)) {}
EmbeddedServer::~EmbeddedServer() = default;
EmbeddedServer::EmbeddedServer(EmbeddedServer&&) noexcept = default;
EmbeddedServer& EmbeddedServer::operator=(EmbeddedServer&&) noexcept = default;

const pg::Settings& EmbeddedServer::settings() const noexcept { return impl_->settings(); }
const EmbeddedServer::Timings& EmbeddedServer::timings() const noexcept { return impl_->timings(); }
const fs::path& EmbeddedServer::directory() const noexcept { return impl_->directory(); }
const fs::path& EmbeddedServer::bindir() const noexcept { return impl_->bindir(); }
int EmbeddedServer::pid() const noexcept { return impl_->pid(); }

}  // namespace pgjinja
