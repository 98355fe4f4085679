#pragma once

#include "pg/embedded/binaries.hpp"
#include "pg/embedded/process.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::pg::embedded {

/// The one superuser role of an embedded cluster.
inline constexpr std::string_view kSuperuser = "postgres";
/// The database that every embedded cluster has besides those of initdb.
inline constexpr std::string_view kDefaultDatabase = "app";

/// Makes a cluster in `data` with the database kDefaultDatabase, as `account`.
/// @throws Error{Config} with what initdb said.
void initialise_cluster(const Binaries& binaries, const std::optional<Account>& account,
                        const std::filesystem::path& data);

/// The contents of an embedded cluster's postgresql.conf: settings for a server whose data nobody
/// will miss, then the caller's lines, which win.
std::string cluster_configuration(const std::vector<std::string>& lines);

}  // namespace pgjinja::pg::embedded
