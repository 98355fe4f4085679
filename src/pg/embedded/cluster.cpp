#include "pg/embedded/cluster.hpp"

#include <pgjinja/core/error.hpp>

#include <fmt/format.h>

namespace pgjinja::pg::embedded {

namespace {

void run_step(Command command, std::string_view input, std::string_view what) {
  Finished finished = run(std::move(command), input);
  if (finished.success) return;
  throw Error(ErrorKind::Config, fmt::format("{} failed while making a cluster", what))
      .detail(finished.output)
      .hint("look at what it printed; often the disk is full or the installation is incomplete");
}

}  // namespace

void initialise_cluster(const Binaries& binaries, const std::optional<Account>& account,
                        const std::filesystem::path& data) {
  Command initdb;
  // Segments of 1 MB: initdb fills the first one, and 16 MB of zeros would be half the cluster.
  initdb.arguments = {binaries.initdb(),
                      "--pgdata=" + data.string(),
                      fmt::format("--username={}", kSuperuser),
                      "--auth=trust",  // the socket lies in a directory that only its owner enters
                      "--encoding=UTF8",
                      "--locale=C.UTF-8",
                      "--lc-messages=C",
                      "--no-sync",
                      "--wal-segsize=1"};
  initdb.account = account;
  run_step(std::move(initdb), {}, "initdb");

  // Single-user mode (manual, "postgres"): a database without starting and stopping a server.
  Command single;
  single.arguments = {binaries.postgres(), "--single", "-F", "-D", data.string(), "postgres"};
  single.account = account;
  run_step(std::move(single), fmt::format("CREATE DATABASE \"{}\"\n", kDefaultDatabase),
           "CREATE DATABASE");
}

std::string cluster_configuration(const std::vector<std::string>& lines) {
  std::string out =
      "fsync = off\n"
      "full_page_writes = off\n"
      "synchronous_commit = off\n"
      "shared_buffers = 32MB\n"
      "max_connections = 100\n"
      "max_wal_size = 1GB\n"
      "dynamic_shared_memory_type = mmap\n"  // files in the cluster: nothing stays in /dev/shm
      "timezone = 'UTC'\n"
      "log_timezone = 'UTC'\n"
      "datestyle = 'iso, mdy'\n"
      "lc_messages = 'C'\n"
      "lc_monetary = 'C.UTF-8'\n"
      "lc_numeric = 'C.UTF-8'\n"
      "lc_time = 'C.UTF-8'\n"
      "default_text_search_config = 'pg_catalog.simple'\n";
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

}  // namespace pgjinja::pg::embedded
