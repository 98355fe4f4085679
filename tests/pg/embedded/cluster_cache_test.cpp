#include "pg/embedded/cluster_cache.hpp"

#include "pg/scratch.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace pgjinja::pg::embedded {
namespace {

namespace fs = std::filesystem;

/// A staging directory with something in it that was made so long ago.
void leave_behind(const fs::path& directory, std::chrono::minutes age) {
  fs::create_directories(directory / "data");
  std::ofstream(directory / "data" / "file") << "half";
  fs::last_write_time(directory, fs::file_time_type::clock::now() - age);
}

std::set<std::string> names_in(const fs::path& directory) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) {
    names.insert(entry.path().filename());
  }
  return names;
}

TEST(ClusterCache, SweepsWhatKilledOwnersLeft) {
  const Scratch cluster;
  const Scratch root;
  std::ofstream(cluster.path() / "PG_VERSION") << "15";
  const ClusterCache cache(root.path(), "15", std::nullopt);
  leave_behind(root.path() / "new-old", std::chrono::minutes(61));
  leave_behind(root.path() / "new-now", std::chrono::minutes(50));
  leave_behind(root.path() / "cluster-other", std::chrono::minutes(61));

  cache.keep(cluster.path());

  std::set<std::string> names = names_in(root.path());
  EXPECT_EQ(names.count("new-old"), 0U);
  EXPECT_EQ(names.count("new-now"), 1U);
  EXPECT_EQ(names.count("cluster-other"), 1U);
  EXPECT_EQ(names.size(), 3U) << "the kept cluster, and no staging directory of this call";
  EXPECT_TRUE(cache.restore(root.path() / "restored"));
}

}  // namespace
}  // namespace pgjinja::pg::embedded
