#pragma once

#include "pg/embedded/process.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace pgjinja::pg::embedded {

/// Initialised clusters by server version and user, so that initdb runs once.
///
/// An entry appears whole by a rename, so processes may race; and it carries a census of its
/// files, so that a damaged one is noticed and made anew. All copying is done by a child under the
/// server's account: root never follows a path that another user could have planted.
class ClusterCache {
 public:
  /// The cache in `wanted`, else in $XDG_CACHE_HOME/pgjinja or ~/.cache/pgjinja; an unusable one
  /// of the latter is no error: every start then runs initdb.
  /// @throws Error{Config} when `wanted` cannot be made or written to.
  ClusterCache(const std::filesystem::path& wanted, std::string_view version,
               const std::optional<Account>& account);

  /// Copies the cached cluster to `data`, which does not exist yet. False when there is none.
  /// A damaged one is removed. @throws Error{Config} when the copying fails.
  bool restore(const std::filesystem::path& data) const;
  /// Keeps a copy of the cluster in `data`, which no server runs on.
  /// When another process has done so meanwhile, its copy stays. What killed processes left half
  /// done more than an hour ago is removed.
  /// @throws Error{Config} when the copying fails.
  void keep(const std::filesystem::path& data) const;

 private:
  void copy(const std::filesystem::path& from, const std::filesystem::path& to,
            const std::filesystem::path& working_directory) const;

  std::optional<Account> account_;
  std::filesystem::path root_;   ///< empty: no cache
  std::filesystem::path entry_;  ///< root_ / key
};

}  // namespace pgjinja::pg::embedded
