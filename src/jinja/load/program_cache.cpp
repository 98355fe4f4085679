#include "jinja/load/program_cache.hpp"

#include <mutex>
#include <utility>

namespace pgjinja::jinja {

/// The one thread that renews an entry; all others are served what it holds meanwhile.
class ProgramCache::Turn {
 public:
  explicit Turn(const Entry& entry) noexcept
      : entry_(entry), mine_(!entry.renewing.exchange(true)) {}
  ~Turn() {
    if (mine_) entry_.renewing = false;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  [[nodiscard]] bool mine() const noexcept { return mine_; }

 private:
  const Entry& entry_;
  const bool mine_;
};

ProgramCache::ProgramCache(const Loader* loader, const SourceFinder& finder, const Options& options,
                           Compile compile)
    : loader_(loader),
      finder_(finder),
      options_(options),
      reloads_(loader != nullptr && options.reload.policy == ReloadPolicy::WhenChanged),
      compile_(std::move(compile)) {}

[[gnu::hot]] std::shared_ptr<const Program> ProgramCache::find(std::string_view name) {
  if (!reloads_) {
    {
      const std::shared_lock lock(mutex_);
      if (const auto found = entries_.find(name); found != entries_.end()) {
        return found->second->program;
      }
    }
    return add(name);
  }
  const EntryPtr entry = known(name);
  if (entry == nullptr) return add(name);
  if (is_current(*entry)) return answer(*entry);
  const Turn turn(*entry);
  return turn.mine() ? renew(name, entry) : answer(*entry);
}

ProgramCache::EntryPtr ProgramCache::known(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : found->second;
}

bool ProgramCache::is_current(const Entry& entry) const {
  return entry.watch->generation(*loader_, options_.reload.check_interval) == entry.generation;
}

std::shared_ptr<const Program> ProgramCache::answer(const Entry& entry) {
  if (entry.error) throw Error(*entry.error);
  return entry.program;
}

/// The version of a file before it is loaded: a change that comes later is seen at the next look.
ProgramCache::Origin ProgramCache::origin_of(std::string_view file) {
  if (!reloads_) return {};
  std::shared_ptr<FileWatch> watch;
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = watches_.find(file); found != watches_.end()) watch = found->second;
  }
  if (watch == nullptr) watch = std::make_shared<FileWatch>(std::string(file));
  const std::uint64_t generation = watch->generation(*loader_, options_.reload.check_interval);
  return {std::move(watch), generation};
}

/// nullptr if there is no such template. `origin` becomes that of the last file that was tried.
ProgramCache::EntryPtr ProgramCache::make(std::string_view name, Origin& origin) {
  std::string file;
  const auto before_load = [&](std::string_view next) {
    origin = origin_of(next);
    file = next;
  };
  std::optional<LoadedSource> source = finder_.find(name, before_load, nullptr);
  if (!source) return nullptr;
  auto entry = std::make_shared<Entry>();
  entry->program = compile_(std::move(*source));
  entry->watch = origin.watch;
  entry->generation = origin.generation;
  if (reloads_) {
    const std::unique_lock lock(mutex_);
    watches_.try_emplace(file, origin.watch);
  }
  return entry;
}

std::shared_ptr<const Program> ProgramCache::add(std::string_view name) {
  Origin origin;
  EntryPtr entry = make(name, origin);
  if (entry == nullptr) return nullptr;
  const std::unique_lock lock(mutex_);
  // Another thread may have been quicker: the first one stays, so that there is one program.
  return entries_.try_emplace(std::string(name), std::move(entry)).first->second->program;
}

std::shared_ptr<const Program> ProgramCache::renew(std::string_view name, const EntryPtr& old) {
  Origin origin{old->watch, old->watch->seen()};
  EntryPtr entry;
  try {
    entry = make(name, origin);
  } catch (const Error& error) {
    entry = broken(*old, origin, error);
    replace(name, old, entry);
    if (options_.reload.on_broken != nullptr && entry->program != nullptr) {
      options_.reload.on_broken(error);
    }
    return answer(*entry);
  }
  replace(name, old, entry);
  return entry == nullptr ? nullptr : entry->program;
}

/// What stands for a template whose new version is broken: the version before, if that is wanted.
ProgramCache::EntryPtr ProgramCache::broken(const Entry& old, const Origin& origin,
                                            const Error& error) const {
  auto entry = std::make_shared<Entry>();
  if (options_.reload.on_broken != nullptr) entry->program = old.program;
  if (entry->program == nullptr) entry->error = error;
  // A file that could not be read may be readable tomorrow, without having changed.
  if (error.kind() == ErrorKind::Config) origin.watch->forget();
  entry->watch = origin.watch;
  entry->generation = origin.generation;
  return entry;
}

void ProgramCache::replace(std::string_view name, const EntryPtr& old, EntryPtr entry) {
  const std::unique_lock lock(mutex_);
  const auto found = entries_.find(name);
  if (found == entries_.end() || found->second != old) return;
  if (entry == nullptr) {
    entries_.erase(found);
  } else {
    found->second = std::move(entry);
  }
}

}  // namespace pgjinja::jinja
