#pragma once

#include <pgjinja/pg/connection.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace pgjinja {

/// A private PostgreSQL for tests, demos and tools: its own cluster in its own directory, reached
/// over a Unix socket only ($TMPDIR or /tmp, mode 0700). It ends with its owner, also when the
/// owner is killed, and leaves nothing behind. When run as root the server runs as the user
/// "postgres", or else "nobody". fsync is off: a crash of the machine loses the data, which is gone
/// at the end anyway.
///
/// A child that the owner forks may exit or destroy its copy: the server stays the owner's. But
/// such a child, unless it executes another program, keeps a killed owner's server alive until it
/// ends itself. Safe to make in a program with threads, and from several processes at once.
class EmbeddedServer {
 public:
  struct Options {
    /// Where initdb and postgres are; empty: PGJINJA_PG_BINDIR, `pg_config --bindir`, PATH, then
    /// the newest of /usr/lib/postgresql/*/bin and its like. A directory that is named here or in
    /// the variable and has no server is an error; no other place is tried then.
    std::filesystem::path bindir;
    /// Where initialised clusters are cached (about 36 MB for each server version and user); empty:
    /// $XDG_CACHE_HOME/pgjinja or ~/.cache/pgjinja. A damaged cluster is made anew. When the
    /// default place cannot be written to, initdb runs each time; one named here is an error then.
    std::filesystem::path cache;
    /// Made when it is neither "app" nor "postgres", which every embedded cluster has.
    std::string database = "app";
    /// Lines for postgresql.conf: "max_connections = 20". They win over the embedded defaults, but
    /// not over the socket's place.
    std::vector<std::string> configuration;
  };
  /// How long each step took.
  struct Timings {
    bool from_cache = false;
    std::chrono::microseconds initialise{};  ///< initdb, or the copy of a cached cluster
    std::chrono::microseconds start{};       ///< from spawn to the first answered connection
  };

  /// Starts a server and waits until it answers.
  /// @throws Error{Config} when no server binaries are found (saying what to install and where it
  ///         looked), or when the cluster, its cache or the database cannot be made;
  ///         Error{Connection} with the end of the server's log when it does not come up.
  EmbeddedServer() : EmbeddedServer(Options{}) {}
  explicit EmbeddedServer(const Options& options);
  /// Ends all sessions and waits until the server and its directory are gone (at most some ten
  /// seconds, for a server that hangs).
  ~EmbeddedServer();
  EmbeddedServer(EmbeddedServer&&) noexcept;
  EmbeddedServer& operator=(EmbeddedServer&&) noexcept;

  /// How to reach it, ready for Connection and Client.
  [[nodiscard]] const pg::Settings& settings() const noexcept;
  [[nodiscard]] const Timings& timings() const noexcept;
  [[nodiscard]] const std::filesystem::path& directory() const noexcept;
  [[nodiscard]] const std::filesystem::path& bindir() const noexcept;
  /// Process id of the postmaster, e.g. to hurt it in a test.
  [[nodiscard]] int pid() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pgjinja
