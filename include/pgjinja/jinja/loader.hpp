#pragma once

#include <pgjinja/jinja/source.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// Where templates come from. Implementations must allow concurrent calls.
class Loader {
 public:
  Loader() = default;
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;
  virtual ~Loader() = default;

  /// The source of the template `name`, or nullopt if there is none of that name.
  /// @throws Error{Security} for a name that would leave the loader's place,
  ///         Error{NotFound} for a name that two files answer to (naming both),
  ///         Error{Limit} for a template that is too large, Error{Config} when it cannot be read.
  [[nodiscard]] virtual std::optional<Source> load(std::string_view name) const = 0;
  /// What tells two versions of the template `name` apart, for Options::reload: while it stays the
  /// same, load() would give the same source. nullopt if there is none of that name. It is asked
  /// for before load(), so that a change in between is seen at the next look. A loader that does
  /// not say so has templates that never change.
  /// @throws as load().
  [[nodiscard]] virtual std::optional<std::string> token(std::string_view name) const;
  /// The names of all templates, sorted.
  [[nodiscard]] virtual std::vector<std::string> list() const = 0;
};

/// Templates in memory: {name: source}.
class MapLoader final : public Loader {
 public:
  explicit MapLoader(std::map<std::string, std::string> sources) : sources_(std::move(sources)) {}
  [[nodiscard]] std::optional<Source> load(std::string_view name) const override;
  [[nodiscard]] std::vector<std::string> list() const override;

 private:
  std::map<std::string, std::string> sources_;
};

/// Templates in files under one or more directories. The name is the path below its directory,
/// with or without its extension: `cities/largest` finds `cities/largest.sql.jinja`, `.sql` or
/// `.jinja`. Symbolic links may not lead out of the directory.
class DirectoryLoader final : public Loader {
 public:
  /// @throws Error{Config} for a directory that does not exist or cannot be read.
  explicit DirectoryLoader(std::vector<std::filesystem::path> directories,
                           std::size_t max_bytes = 4U << 20U);
  [[nodiscard]] std::optional<Source> load(std::string_view name) const override;
  /// The file's path, times, size and inode.
  [[nodiscard]] std::optional<std::string> token(std::string_view name) const override;
  [[nodiscard]] std::vector<std::string> list() const override;

 private:
  /// The file that answers to a name, and the directory that it was found in.
  struct Found {
    const std::filesystem::path* directory;
    std::filesystem::path file;
  };
  [[nodiscard]] std::optional<Found> find(std::string_view name) const;

  std::vector<std::filesystem::path> directories_;
  std::size_t max_bytes_;
};

}  // namespace pgjinja::jinja
