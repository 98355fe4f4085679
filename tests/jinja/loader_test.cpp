#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/loader.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

namespace pgjinja::jinja {
namespace {

namespace fs = std::filesystem;

class DirectoryLoaderTest : public ::testing::Test {
 protected:
  DirectoryLoaderTest() {
    std::string pattern = (fs::temp_directory_path() / "pgjinja-loader-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    fs::create_directories(root_ / "one/cities");
    fs::create_directories(root_ / "two");
  }
  ~DirectoryLoaderTest() override { fs::remove_all(root_); }

  void write(const std::string& file, const std::string& text) const {
    std::ofstream(root_ / file, std::ios::binary) << text;
  }
  DirectoryLoader loader() const { return DirectoryLoader({root_ / "one", root_ / "two"}); }
  /// The text that `name` loads; "none", or the error's kind.
  std::string load(const std::string& name) const {
    try {
      const auto source = loader().load(name);
      return source ? source->text : "none";
    } catch (const Error& error) {
      return std::string(error_kind_name(error.kind()));
    }
  }

  fs::path root_;
};

TEST_F(DirectoryLoaderTest, FindsANameByItsExtensions) {
  write("one/cities/a.sql", "A");
  write("one/b.jinja", "B");
  write("two/c.sql.jinja", "C");
  write("two/d", "D");
  struct Row {
    std::string name;
    std::string text;
  };
  for (const Row& row : {Row{"cities/a", "A"},
                         {"cities/a.sql", "A"},
                         {"b", "B"},
                         {"b.jinja", "B"},
                         {"c", "C"},
                         {"c.sql", "C"},
                         {"c.sql.jinja", "C"},
                         {"d", "D"},
                         {"cities", "none"},
                         {"nosuch", "none"},
                         {"cities/nosuch", "none"},
                         {"nosuch/a", "none"},
                         {"a", "none"},
                         {"b/c", "none"}}) {
    EXPECT_EQ(load(row.name), row.text) << row.name;
  }
  EXPECT_EQ(loader().load("cities/a")->path, (root_ / "one/cities/a.sql").string());
  EXPECT_EQ(loader().load("cities/a")->name, "cities/a");
}

TEST_F(DirectoryLoaderTest, ListsNamesWithoutExtensions) {
  write("one/cities/a.sql", "");
  write("one/b.sql.jinja", "");
  write("two/c.jinja", "");
  write("two/readme.txt", "");
  EXPECT_EQ(loader().list(), (std::vector<std::string>{"b", "c", "cities/a"}));
}

TEST_F(DirectoryLoaderTest, ANameOfTwoFilesNamesBoth) {
  write("one/a.sql", "1");
  write("two/a.jinja", "2");
  try {
    static_cast<void>(loader().load("a"));
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::NotFound);
    EXPECT_NE(error.message().find("one/a.sql"), std::string::npos);
    EXPECT_NE(error.message().find("two/a.jinja"), std::string::npos);
  }
  EXPECT_EQ(load("a.sql"), "1");
}

TEST_F(DirectoryLoaderTest, RefusesNamesThatAreNoPathsBelow) {
  write("secret.sql", "secret");
  for (const std::string& name :
       {std::string(""), std::string("../secret"), std::string("cities/../../secret"),
        std::string(".."), (root_ / "secret.sql").string(), std::string("/etc/passwd"),
        std::string("cities//a"), std::string("./a"), std::string("a/"), std::string("a\\b"),
        std::string("a\0b", 3), std::string("\0", 1)}) {
    EXPECT_EQ(load(name), "security") << name;
  }
}

TEST_F(DirectoryLoaderTest, LinksMayNotLeadOut) {
  write("secret.sql", "secret");
  write("one/a.sql", "A");
  fs::create_symlink(root_ / "secret.sql", root_ / "one/out.sql");
  fs::create_directory_symlink(root_, root_ / "one/up");
  fs::create_symlink(root_ / "one/a.sql", root_ / "one/inside.sql");
  fs::create_symlink("loop.sql", root_ / "one/loop.sql");
  EXPECT_EQ(load("out"), "security");
  EXPECT_EQ(load("up/secret"), "security");
  EXPECT_EQ(load("inside"), "A");
  EXPECT_EQ(load("loop"), "none");
}

TEST_F(DirectoryLoaderTest, ADirectoryNextToAnotherOfTheSamePrefixIsOutside) {
  fs::create_directories(root_ / "one-more");
  write("one-more/a.sql", "A");
  fs::create_symlink(root_ / "one-more/a.sql", root_ / "one/b.sql");
  EXPECT_EQ(load("b"), "security");
}

TEST_F(DirectoryLoaderTest, AVeryLongNameIsNotFound) {
  EXPECT_EQ(load(std::string(5000, 'x')), "none");
  EXPECT_EQ(load(std::string(300, 'x')), "none");
}

TEST_F(DirectoryLoaderTest, RefusesAFileOverTheLimit) {
  write("one/big.sql", "12345");
  EXPECT_EQ(DirectoryLoader({root_ / "one"}, 5).load("big")->text, "12345");
  EXPECT_THROW(static_cast<void>(DirectoryLoader({root_ / "one"}, 4).load("big")), Error);
}

TEST_F(DirectoryLoaderTest, ADirectoryThatIsNoneIsAConfigError) {
  write("one/file", "");
  for (const fs::path& path : {root_ / "nosuch", root_ / "one/file"}) {
    try {
      const DirectoryLoader made({path});
      ADD_FAILURE() << path;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Config);
    }
  }
}

TEST_F(DirectoryLoaderTest, AFileThatCannotBeReadIsAConfigError) {
  write("one/a.sql", "A");
  fs::permissions(root_ / "one/a.sql", fs::perms::none);
  // The superuser reads everything.
  EXPECT_EQ(load("a"), geteuid() == 0 ? "A" : "config");
}

TEST_F(DirectoryLoaderTest, AFileThatCanBeOpenedButNotReadIsAConfigError) {
  // Reading a process's memory at offset zero fails, for the superuser too.
  const DirectoryLoader process({"/proc/self"});
  try {
    static_cast<void>(process.load("mem"));
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Config);
  }
}

TEST(MapLoader, HasJustItsNames) {
  const MapLoader loader({{"b", "B"}, {"a", "A"}});
  EXPECT_EQ(loader.load("a")->text, "A");
  EXPECT_FALSE(loader.load("c").has_value());
  EXPECT_EQ(loader.list(), (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace pgjinja::jinja
