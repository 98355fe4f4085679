#include "pg/embedded/binaries.hpp"

#include <pgjinja/core/error.hpp>

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

namespace pgjinja::pg::embedded {
namespace {

const std::string kHint =
    "install the server: 'apt-get install postgresql' (Debian, Ubuntu), 'dnf install "
    "postgresql-server' (Fedora), 'brew install postgresql' (macOS); or name the directory of "
    "initdb and postgres in PGJINJA_PG_BINDIR";

template <class Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Config);
    return error.what();
  }
  return "no error";
}

TEST(Binaries, ANamedDirectoryWithoutServerIsAnError) {
  EXPECT_EQ(refusal([] { find_binaries("/nowhere/bin"); }),
            "error[config]: no PostgreSQL server in /nowhere/bin, which the option bindir names\n"
            "  = hint: " +
                kHint);
}

TEST(Binaries, AVariableThatNamesNoServerIsAnError) {
  ::setenv("PGJINJA_PG_BINDIR", "/nowhere/else", 1);
  const std::string said = refusal([] { find_binaries({}); });
  ::unsetenv("PGJINJA_PG_BINDIR");
  EXPECT_EQ(said,
            "error[config]: no PostgreSQL server in /nowhere/else, which PGJINJA_PG_BINDIR names\n"
            "  = hint: " +
                kHint);
}

TEST(Binaries, NamesEveryPlaceThatWasLookedAt) {
  EXPECT_EQ(refusal([] { first_with_server({"/nowhere/a", "/nowhere/b"}); }),
            "error[config]: no PostgreSQL server was found (programs initdb and postgres)\n"
            "  = detail: looked in /nowhere/a, /nowhere/b\n"
            "  = hint: " +
                kHint);
}

TEST(Binaries, AreFoundOnThisMachine) {
  const Binaries found = find_binaries({});
  EXPECT_TRUE(std::filesystem::exists(found.initdb()));
  EXPECT_EQ(find_binaries(found.directory).directory, found.directory);
  const std::string version = server_version(found);
  EXPECT_TRUE(!version.empty() && version[0] >= '1' && version[0] <= '9') << version;
}

TEST(Binaries, VersionsAreOrderedAsNumbers) {
  struct Row {
    const char* older;
    const char* newer;
  };
  for (const Row& row : {Row{"9.6", "15"},
                         {"15", "16"},
                         {"9.5", "9.6"},
                         {"15", "15.1"},
                         {"pgsql-9.6", "pgsql-14"},
                         {"15.2", "15.10"},
                         {"", "1"}}) {
    EXPECT_TRUE(version_less(row.older, row.newer)) << row.older << " " << row.newer;
    EXPECT_FALSE(version_less(row.newer, row.older)) << row.older << " " << row.newer;
    EXPECT_FALSE(version_less(row.newer, row.newer)) << row.newer;
  }
}

}  // namespace
}  // namespace pgjinja::pg::embedded
