#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::pg::embedded {

/// The programs of one PostgreSQL installation.
struct Binaries {
  std::filesystem::path directory;
  [[nodiscard]] std::string initdb() const { return directory / "initdb"; }
  [[nodiscard]] std::string postgres() const { return directory / "postgres"; }
};

/// Finds them in `wanted`, else in the directory that PGJINJA_PG_BINDIR names; when neither is
/// given, by `pg_config --bindir`, in PATH and where distributions put them (newest version first).
/// @throws Error{Config} telling every place that was looked at and what to install. A directory
///         that was named and has no server in it is an error, and no other place is tried.
Binaries find_binaries(const std::filesystem::path& wanted);

/// The first of these directories that has both programs. @throws Error{Config} naming them all.
Binaries first_with_server(const std::vector<std::filesystem::path>& places);

/// "15.20 (Debian 15.20-0+deb12u1)". @throws Error{Config} when postgres cannot be executed.
std::string server_version(const Binaries& binaries);

/// Orders versions in paths as people do: /usr/lib/postgresql/9.6 before …/15.
bool version_less(std::string_view a, std::string_view b);

}  // namespace pgjinja::pg::embedded
