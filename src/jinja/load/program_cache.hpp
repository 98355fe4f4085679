#pragma once

#include "jinja/compile/program.hpp"
#include "jinja/load/file_watch.hpp"
#include "jinja/load/source_finder.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/loader.hpp>
#include <pgjinja/jinja/options.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

namespace pgjinja::jinja {

/// The programs of the templates that have been used, by name. With Options::reload it looks
/// whether they have changed. May be called concurrently; whoever has a program keeps it, whatever
/// happens to its template.
class ProgramCache {
 public:
  using Compile = std::function<std::shared_ptr<const Program>(LoadedSource)>;

  /// All of them must outlive this.
  ProgramCache(const Loader* loader, const SourceFinder& finder, const Options& options,
               Compile compile);

  /// nullptr if there is no template of that name. @throws what the finder and `compile` throw.
  std::shared_ptr<const Program> find(std::string_view name);

 private:
  /// What is known of a name. Where its template is broken, `error` says so.
  struct Entry {
    std::shared_ptr<const Program> program;
    std::optional<Error> error;
    std::shared_ptr<FileWatch> watch;  // null when nothing is reloaded
    std::uint64_t generation = 0;      // of the file, when it was loaded
    mutable std::atomic<bool> renewing{false};
  };
  using EntryPtr = std::shared_ptr<const Entry>;
  /// Which version of which file an entry is made of.
  struct Origin {
    std::shared_ptr<FileWatch> watch;
    std::uint64_t generation = 0;
  };
  class Turn;

  [[nodiscard]] EntryPtr known(std::string_view name) const;
  EntryPtr make(std::string_view name, Origin& origin);
  std::shared_ptr<const Program> add(std::string_view name);
  std::shared_ptr<const Program> renew(std::string_view name, const EntryPtr& old);
  [[nodiscard]] EntryPtr broken(const Entry& old, const Origin& origin, const Error& error) const;
  void replace(std::string_view name, const EntryPtr& old, EntryPtr entry);
  [[nodiscard]] Origin origin_of(std::string_view file);
  [[nodiscard]] bool is_current(const Entry& entry) const;
  static std::shared_ptr<const Program> answer(const Entry& entry);

  const Loader* loader_;
  const SourceFinder& finder_;
  const Options& options_;
  const bool reloads_;
  Compile compile_;
  mutable std::shared_mutex mutex_;  // guards what follows
  std::map<std::string, EntryPtr, std::less<>> entries_;
  std::map<std::string, std::shared_ptr<FileWatch>, std::less<>> watches_;
};

}  // namespace pgjinja::jinja
