#include "pg/embedded/binaries.hpp"

#include "pg/embedded/process.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

namespace pgjinja::pg::embedded {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kInstall =
    "install the server: 'apt-get install postgresql' (Debian, Ubuntu), 'dnf install "
    "postgresql-server' (Fedora), 'brew install postgresql' (macOS); or name the directory of "
    "initdb and postgres in PGJINJA_PG_BINDIR";

bool executable(const fs::path& file) { return ::access(file.c_str(), X_OK) == 0; }

bool holds_server(const fs::path& directory) {
  return executable(directory / "initdb") && executable(directory / "postgres");
}

std::vector<fs::path> path_directories() {
  std::vector<fs::path> directories;
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    // An empty or relative entry means the working directory: nothing is executed from there.
    if (rest.starts_with('/')) directories.emplace_back(rest.substr(0, colon));
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return directories;
}

/// What pg_config says, or an empty path: Debian's libpq-dev brings a pg_config without a server.
fs::path configured_bindir(const std::vector<fs::path>& path) {
  for (const fs::path& directory : path) {
    const fs::path program = directory / "pg_config";
    if (!executable(program)) continue;
    Command command;
    command.arguments = {program, "--bindir"};
    Finished finished = run(std::move(command));
    if (!finished.success) return {};
    while (finished.output.ends_with('\n')) finished.output.pop_back();
    return finished.output;
  }
  return {};
}

void append_versions(std::vector<fs::path>& out, const fs::path& parent, std::string_view prefix) {
  std::vector<std::string> versions;
  std::error_code unreadable;  // a place that does not exist holds no version
  for (const auto& entry : fs::directory_iterator(parent, unreadable)) {
    std::string name = entry.path().filename();
    if (name.starts_with(prefix)) versions.push_back(std::move(name));
  }
  std::sort(versions.begin(), versions.end(),
            [](const std::string& a, const std::string& b) { return version_less(b, a); });
  for (const std::string& version : versions) out.push_back(parent / version / "bin");
}

std::vector<fs::path> usual_places() {
  std::vector<fs::path> places;
  append_versions(places, "/usr/lib/postgresql", "");
  append_versions(places, "/usr", "pgsql-");
  append_versions(places, "/opt/homebrew/opt", "postgresql");
  append_versions(places, "/usr/local/opt", "postgresql");
  places.emplace_back("/usr/local/pgsql/bin");
  return places;
}

Binaries named(const fs::path& directory, std::string_view by) {
  if (holds_server(directory)) return {fs::absolute(directory)};
  throw Error(ErrorKind::Config,
              fmt::format("no PostgreSQL server in {}, which {} names", directory.string(), by))
      .hint(std::string(kInstall));
}

}  // namespace

Binaries find_binaries(const fs::path& wanted) {
  if (!wanted.empty()) return named(wanted, "the option bindir");
  if (const char* directory = std::getenv("PGJINJA_PG_BINDIR"); directory && *directory != '\0') {
    return named(directory, "PGJINJA_PG_BINDIR");
  }
  const std::vector<fs::path> path = path_directories();
  std::vector<fs::path> places;
  if (fs::path bindir = configured_bindir(path); !bindir.empty()) places.push_back(bindir);
  places.insert(places.end(), path.begin(), path.end());
  for (fs::path& place : usual_places()) places.push_back(std::move(place));
  return first_with_server(places);
}

Binaries first_with_server(const std::vector<fs::path>& places) {
  std::string looked;
  for (const fs::path& place : places) {
    if (holds_server(place)) return {place};
    looked += fmt::format("{}{}", looked.empty() ? "" : ", ", place.string());
  }
  throw Error(ErrorKind::Config, "no PostgreSQL server was found (programs initdb and postgres)")
      .detail("looked in " + looked)
      .hint(std::string(kInstall));
}

std::string server_version(const Binaries& binaries) {
  Command command;
  command.arguments = {binaries.postgres(), "--version"};
  Finished finished = run(std::move(command));
  if (!finished.success) {
    throw Error(ErrorKind::Config, fmt::format("{} does not run", binaries.postgres()))
        .detail(finished.output)
        .hint(std::string(kInstall));
  }
  std::string_view version = finished.output;
  while (version.ends_with('\n')) version.remove_suffix(1);
  constexpr std::string_view kName = "postgres (PostgreSQL) ";
  if (version.starts_with(kName)) version.remove_prefix(kName.size());
  return std::string(version);
}

bool version_less(std::string_view a, std::string_view b) {
  const auto digits = [](std::string_view text) {
    return std::min(text.find_first_not_of("0123456789"), text.size());
  };
  while (!a.empty() && !b.empty()) {
    const std::size_t in_a = digits(a);
    const std::size_t in_b = digits(b);
    if (in_a != 0 && in_b != 0 && in_a != in_b) return in_a < in_b;  // more digits, larger number
    const std::size_t same = std::max<std::size_t>(1, std::min(in_a, in_b));
    if (const int order = a.substr(0, same).compare(b.substr(0, same)); order != 0) {
      return order < 0;
    }
    a.remove_prefix(same);
    b.remove_prefix(same);
  }
  return a.size() < b.size();
}

}  // namespace pgjinja::pg::embedded
