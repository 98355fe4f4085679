#include "pg/embedded/cluster_cache.hpp"

#include <pgjinja/core/error.hpp>

#include <array>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

namespace pgjinja::pg::embedded {

namespace {

namespace fs = std::filesystem;

/// Changes with everything that initialise_cluster() does differently.
constexpr int kGeneration = 1;

fs::path default_root() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/') {
    return fs::path(cache) / "pgjinja";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    return fs::path(home) / ".cache" / "pgjinja";
  }
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found);
  return found == nullptr ? fs::path() : fs::path(found->pw_dir) / ".cache" / "pgjinja";
}

std::string key_of(std::string_view version, const std::optional<Account>& account) {
  std::string key = fmt::format("cluster-{}-{}-", kGeneration,
                                account ? account->name : std::to_string(::geteuid()));
  for (const char c : version)
    key += std::isalnum(static_cast<unsigned char>(c)) || c == '.' ? c : '_';
  return key;
}

/// "files bytes" of a tree, symbolic links not followed; empty when it cannot be read.
std::string census(const fs::path& tree) {
  std::uintmax_t files = 0;
  std::uintmax_t bytes = 0;
  std::error_code failed;
  for (fs::recursive_directory_iterator item(tree, failed), end; !failed && item != end;
       item.increment(failed)) {
    ++files;
    if (item->symlink_status(failed).type() == fs::file_type::regular) {
      bytes += item->file_size(failed);
    }
    if (failed) break;
  }
  return failed ? std::string() : fmt::format("{} {}", files, bytes);
}

bool intact(const fs::path& entry) {
  std::ifstream file(entry / "census");
  const std::string kept{std::istreambuf_iterator<char>(file), {}};
  return !kept.empty() && kept == census(entry / "data");
}

Error unusable(const fs::path& root, std::string_view reason) {
  return Error(ErrorKind::Config,
               fmt::format("the cluster cache {} cannot be used: {}", root.string(), reason))
      .hint("name another directory, or remove this one: it is made anew");
}

constexpr std::string_view kStagingPrefix = "new-";

/// Removes what an owner that was killed while it filled the cache has left. Filling takes seconds,
/// so after an hour nobody is at it any more.
void sweep(const fs::path& root) {
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(1);
  std::error_code gone;  // by another process that sweeps, or not ours to remove
  std::vector<fs::path> old;
  for (fs::directory_iterator item(root, gone), end; !gone && item != end; item.increment(gone)) {
    if (!item->path().filename().string().starts_with(kStagingPrefix)) continue;
    const auto changed = item->last_write_time(gone);
    if (!gone && changed < long_ago) old.push_back(item->path());
  }
  for (const fs::path& directory : old) fs::remove_all(directory, gone);
}

/// A directory of its own below `root` that removes itself.
class Staging {
 public:
  explicit Staging(const fs::path& root) {
    std::string name = root / fmt::format("{}XXXXXX", kStagingPrefix);
    if (::mkdtemp(name.data()) == nullptr) throw unusable(root, std::strerror(errno));
    path_ = name;
  }
  ~Staging() {
    std::error_code gone;  // renamed to its place
    fs::remove_all(path_, gone);
  }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

 private:
  fs::path path_;
};

}  // namespace

ClusterCache::ClusterCache(const fs::path& wanted, std::string_view version,
                           const std::optional<Account>& account)
    : account_(account), root_(wanted.empty() ? default_root() : fs::absolute(wanted)) {
  std::error_code failed;
  if (!root_.empty()) fs::create_directories(root_, failed);
  if (failed || root_.empty() || ::access(root_.c_str(), W_OK | X_OK) != 0) {
    if (!wanted.empty()) throw unusable(root_, failed ? failed.message() : "no permission");
    root_.clear();
    return;
  }
  entry_ = root_ / key_of(version, account);
}

bool ClusterCache::restore(const fs::path& data) const {
  if (root_.empty() || !fs::exists(entry_)) return false;
  if (!intact(entry_)) {
    // Out of the way first, at once: another process must not find half of it.
    const Staging rubbish(root_);
    std::error_code taken;  // by another process that found the same
    fs::rename(entry_, rubbish.path() / "damaged", taken);
    return false;
  }
  copy(".", data, entry_ / "data");
  return true;
}

void ClusterCache::keep(const fs::path& data) const {
  if (root_.empty()) return;
  sweep(root_);
  const Staging staging(root_);
  const fs::path copied = staging.path() / "data";
  fs::create_directory(copied);
  fs::permissions(copied, fs::perms::owner_all);
  if (account_ && ::chown(copied.c_str(), account_->user, account_->group) != 0) {
    throw unusable(root_, std::strerror(errno));
  }
  copy(data / ".", ".", copied);
  std::ofstream(staging.path() / "census") << census(copied);
  std::error_code lost;  // the race against another process, whose entry is as good
  fs::rename(staging.path(), entry_, lost);
}

void ClusterCache::copy(const fs::path& from, const fs::path& to,
                        const fs::path& working_directory) const {
  Command cp;
  // cp clones instead of copying where the file system can. The cache may lie where only root
  // gets to, hence the working directory and relative paths.
  cp.arguments = {"/bin/cp", "-R", "-p", from.string(), to.string()};
  cp.account = account_;
  cp.directory = working_directory;
  const Finished finished = run(std::move(cp));
  if (!finished.success) throw unusable(root_, finished.output);
}

}  // namespace pgjinja::pg::embedded
