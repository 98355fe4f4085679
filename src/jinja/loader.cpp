#include "jinja/load/file_token.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/loader.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace fs = std::filesystem;

/// The same for every name and for ever: nothing changes.
std::optional<std::string> Loader::token(std::string_view) const { return std::string(); }

std::optional<Source> MapLoader::load(std::string_view name) const {
  const auto found = sources_.find(std::string(name));
  if (found == sources_.end()) return std::nullopt;
  return Source{found->first, found->first, found->second};
}

std::vector<std::string> MapLoader::list() const {
  std::vector<std::string> names;
  for (const auto& [name, source] : sources_) names.push_back(name);
  return names;
}

namespace {

/// In the order in which they are stripped: the longest first.
constexpr std::array<std::string_view, 3> kExtensions = {".sql.jinja", ".sql", ".jinja"};

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

[[noreturn]] void refuse(std::string_view name, std::string_view why) {
  throw Error(ErrorKind::Security,
              fmt::format("'{}' is no template name: {}", name.substr(0, 200), why))
      .hint("a name is a path below a template directory, such as 'cities/largest'");
}

void check_name(std::string_view name) {
  if (name.empty()) refuse(name, "it is empty");
  if (name.find('\0') != std::string_view::npos) {
    refuse(name.substr(0, name.find('\0')), "it has a NUL byte");
  }
  if (name.front() == '/') refuse(name, "it is an absolute path");
  if (name.find('\\') != std::string_view::npos) refuse(name, "it has a backslash");
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    if (part == "..") refuse(name, "it leaves its directory");
    if (part.empty() || part == ".") refuse(name, "it has an empty part");
    begin = end + 1;
  }
}

/// Follows symbolic links: the file must still lie below `directory`. False when it is gone.
bool lies_inside(const fs::path& directory, const fs::path& file, std::string_view name) {
  std::error_code error;
  const fs::path real = fs::canonical(file, error);
  const fs::path root = error ? fs::path() : fs::canonical(directory, error);
  if (error == std::errc::no_such_file_or_directory) return false;
  if (error) {
    throw Error(ErrorKind::Config,
                fmt::format("template {} cannot be read: {}", file.string(), error.message()));
  }
  const auto mismatch = std::mismatch(root.begin(), root.end(), real.begin(), real.end());
  if (mismatch.first != root.end()) refuse(name, "it leaves its directory");
  return true;
}

/// The file's text; nullopt when it is gone.
std::optional<std::string> read(const fs::path& path, std::size_t max_bytes) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (!error && size > max_bytes) {
    throw Error(ErrorKind::Limit, fmt::format("template {} has {} bytes; the limit is {}",
                                              path.string(), size, max_bytes))
        .hint("split it, or raise the limit");
  }
  // Only through the stream itself does a failing read become a state of it; iterators throw.
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in && in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
  if (in.bad() || (in.fail() && !in.eof()) || text.fail()) {
    if (!fs::exists(path, error)) return std::nullopt;
    throw Error(ErrorKind::Config, fmt::format("template {} cannot be read", path.string()));
  }
  return std::move(text).str();
}

/// A byte order mark at the beginning of a file is no text of it: some editors write one.
std::string without_mark(std::string text) {
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  return text;
}

bool is_readable_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

std::string_view without_extension(std::string_view name) {
  for (const std::string_view extension : kExtensions) {
    if (name.size() > extension.size() && name.ends_with(extension)) {
      return name.substr(0, name.size() - extension.size());
    }
  }
  return name;
}

}  // namespace

DirectoryLoader::DirectoryLoader(std::vector<fs::path> directories, std::size_t max_bytes)
    : directories_(std::move(directories)), max_bytes_(max_bytes) {
  for (const fs::path& directory : directories_) {
    std::error_code error;
    if (fs::is_directory(directory, error)) continue;
    throw Error(ErrorKind::Config,
                fmt::format("template directory '{}' {}", directory.string(),
                            fs::exists(directory, error) ? "is no directory" : "does not exist"))
        .hint("create it, or name another one");
  }
}

std::optional<DirectoryLoader::Found> DirectoryLoader::find(std::string_view name) const {
  check_name(name);
  std::vector<Found> found;
  for (const fs::path& directory : directories_) {
    const auto look = [&](std::string_view extension) {
      fs::path file = directory / fs::path(std::string(name).append(extension));
      if (is_readable_file(file)) found.push_back({&directory, std::move(file)});
    };
    look("");
    for (const std::string_view extension : kExtensions) look(extension);
  }
  if (found.empty()) return std::nullopt;
  if (found.size() > 1) {
    throw Error(ErrorKind::NotFound,
                fmt::format("the name '{}' is ambiguous: {} and {} answer to it", name,
                            found[0].file.string(), found[1].file.string()))
        .hint("rename one of them");
  }
  return std::move(found.front());
}

std::optional<Source> DirectoryLoader::load(std::string_view name) const {
  const auto found = find(name);
  if (!found || !lies_inside(*found->directory, found->file, name)) return std::nullopt;
  std::optional<std::string> text = read(found->file, max_bytes_);
  if (!text) return std::nullopt;
  return Source{std::string(name), found->file.string(), without_mark(std::move(*text))};
}

std::optional<std::string> DirectoryLoader::token(std::string_view name) const {
  const auto found = find(name);
  return found ? file_token(found->file.string()) : std::nullopt;
}

std::vector<std::string> DirectoryLoader::list() const {
  std::set<std::string> names;
  for (const fs::path& directory : directories_) {
    std::error_code error;
    for (fs::recursive_directory_iterator it(directory, error), end; !error && it != end;
         it.increment(error)) {
      if (!is_readable_file(it->path())) continue;
      const std::string relative = it->path().lexically_relative(directory).generic_string();
      const std::string_view name = without_extension(relative);
      if (name.size() != relative.size()) names.emplace(name);
    }
    if (error) {
      throw Error(ErrorKind::Config, fmt::format("template directory '{}' cannot be read: {}",
                                                 directory.string(), error.message()));
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace pgjinja::jinja
