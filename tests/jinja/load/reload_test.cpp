#include <pgjinja/jinja/environment.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

namespace pgjinja::jinja {
namespace {

namespace fs = std::filesystem;

/// A host's loader, which counts how often it is asked.
class Shelf final : public Loader {
 public:
  [[nodiscard]] std::optional<Source> load(std::string_view name) const override {
    ++loads;
    if (unreadable) throw Error(ErrorKind::Config, "cannot be read");
    const auto found = texts.find(name);
    if (found == texts.end()) return std::nullopt;
    return Source{found->first, found->first, found->second};
  }
  [[nodiscard]] std::optional<std::string> token(std::string_view name) const override {
    ++tokens[std::string(name)];
    const auto found = texts.find(name);
    if (found == texts.end()) return std::nullopt;
    return found->second;
  }
  [[nodiscard]] std::vector<std::string> list() const override {
    std::vector<std::string> names;
    for (const auto& [name, text] : texts) names.push_back(name);
    return names;
  }

  std::map<std::string, std::string, std::less<>> texts;
  bool unreadable = false;
  mutable int loads = 0;
  mutable std::map<std::string, int> tokens;
};

TextSummary no_code(std::string_view) { return {}; }

class ReloadTest : public testing::Test {
 protected:
  /// An environment that looks at each use.
  void open(std::chrono::seconds interval = std::chrono::seconds(0), bool keeps_serving = false) {
    Options options;
    options.summarise = &no_code;
    options.reload.policy = ReloadPolicy::WhenChanged;
    options.reload.check_interval = interval;
    if (keeps_serving) {
      options.reload.on_broken = [this](const Error& error) { told.push_back(error.message()); };
    }
    environment = std::make_unique<Environment>(options, shelf);
  }
  std::string render(std::string_view name) const {
    try {
      return environment->get_template(name).render({}).to_text();
    } catch (const Error& error) {
      return std::string(error_kind_name(error.kind())) + ": " + error.message();
    }
  }

  std::shared_ptr<Shelf> shelf = std::make_shared<Shelf>();
  std::unique_ptr<Environment> environment;
  std::vector<std::string> told;
};

const std::string kBroken = "{% if %}";
const std::string kSyntax = "syntax: expected an expression, found '%}'";

TEST_F(ReloadTest, TheNextUseSeesAChange) {
  open();
  shelf->texts["a"] = "1";
  EXPECT_EQ(render("a"), "1");
  EXPECT_EQ(render("a"), "1");
  EXPECT_EQ(shelf->loads, 1);
  shelf->texts["a"] = "2";
  EXPECT_EQ(render("a"), "2");
  EXPECT_EQ(render("a"), "2");
  EXPECT_EQ(shelf->loads, 2);
}

TEST_F(ReloadTest, ByDefaultNothingIsLookedAtAgain) {
  environment = std::make_unique<Environment>(Options{}, shelf);
  shelf->texts["a"] = "1";
  EXPECT_EQ(render("a"), "1");
  shelf->texts["a"] = "2";
  EXPECT_EQ(render("a"), "1");
  EXPECT_TRUE(shelf->tokens.empty());
  EXPECT_EQ(Options{}.reload.check_interval, std::chrono::seconds(1));
}

TEST_F(ReloadTest, AFileIsLookedAtOnceAnInterval) {
  open(std::chrono::hours(1));
  shelf->texts["f"] = "-- name: a\n1\n-- name: b\n2";
  shelf->texts["g"] = "{% include 'f#a' %}";
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(render("f#a"), "1");
    EXPECT_EQ(render("f#b"), "2");
    EXPECT_EQ(render("b"), "2");
    EXPECT_EQ(render("g"), "1");
  }
  EXPECT_EQ(shelf->tokens["f"], 1);
  EXPECT_EQ(shelf->tokens["g"], 1);
  shelf->texts["f"] = "-- name: a\n3";
  EXPECT_EQ(render("f#a"), "1");
}

TEST_F(ReloadTest, WhatIsIncludedImportedAndExtendedIsSeenToChange) {
  open();
  shelf->texts["part"] = "{% macro m() %}m{% endmacro %}p";
  shelf->texts["base"] = "<{% block b %}{% endblock %}>";
  shelf->texts["top"] =
      "{% extends 'base' %}{% import 'part' as l %}{% block b %}{% include 'part' %}{{ l.m() }}"
      "{% endblock %}";
  EXPECT_EQ(render("top"), "<pm>");
  shelf->texts["part"] = "{% macro m() %}n{% endmacro %}q";
  EXPECT_EQ(render("top"), "<qn>");
  shelf->texts["base"] = "[{% block b %}{% endblock %}]";
  EXPECT_EQ(render("top"), "[qn]");
  shelf->texts.erase("part");
  EXPECT_EQ(render("top"), "not-found: template 'part' was not found");
}

TEST_F(ReloadTest, ABrokenVersionIsAnErrorUntilItIsMended) {
  open();
  shelf->texts["a"] = "1";
  EXPECT_EQ(render("a"), "1");
  shelf->texts["a"] = kBroken;
  EXPECT_EQ(render("a"), kSyntax);
  EXPECT_EQ(render("a"), kSyntax);
  EXPECT_EQ(shelf->loads, 2);  // it is not compiled again and again
  shelf->texts["a"] = "2";
  EXPECT_EQ(render("a"), "2");
}

TEST_F(ReloadTest, ABrokenVersionIsToldAndTheOneBeforeServes) {
  open(std::chrono::seconds(0), true);
  shelf->texts["a"] = "1";
  EXPECT_EQ(render("a"), "1");
  shelf->texts["a"] = kBroken;
  EXPECT_EQ(render("a"), "1");
  EXPECT_EQ(render("a"), "1");
  EXPECT_EQ(told.size(), 1U);
  shelf->texts["a"] = kBroken + " ";
  EXPECT_EQ(render("a"), "1");
  EXPECT_EQ(told.size(), 2U);
  EXPECT_EQ("syntax: " + told[0], kSyntax);
  shelf->texts["a"] = "2";
  EXPECT_EQ(render("a"), "2");
  EXPECT_EQ(told.size(), 2U);
}

TEST_F(ReloadTest, WithoutAVersionBeforeABrokenOneIsAnError) {
  open(std::chrono::seconds(0), true);
  shelf->texts["a"] = kBroken;
  EXPECT_EQ(render("a"), kSyntax);
  EXPECT_TRUE(told.empty());
  shelf->texts["a"] = "1";
  EXPECT_EQ(render("a"), "1");
}

TEST_F(ReloadTest, WhatIsGoneIsNotFoundAndMayComeBack) {
  for (const bool keeps_serving : {false, true}) {
    open(std::chrono::seconds(0), keeps_serving);
    shelf->texts["a"] = "1";
    EXPECT_EQ(render("a"), "1");
    shelf->texts.erase("a");
    EXPECT_EQ(render("a"), "not-found: template 'a' was not found");
    shelf->texts["a"] = "1";
    EXPECT_EQ(render("a"), "1");
  }
  EXPECT_TRUE(told.empty());
}

TEST_F(ReloadTest, WhatCannotBeReadIsTriedAgain) {
  open();
  shelf->texts["a"] = "1";
  EXPECT_EQ(render("a"), "1");
  shelf->texts["a"] = "2";
  shelf->unreadable = true;
  EXPECT_EQ(render("a"), "config: cannot be read");
  shelf->unreadable = false;
  EXPECT_EQ(render("a"), "2");
}

TEST_F(ReloadTest, AQueryMayMoveToAnotherFile) {
  open();
  shelf->texts["f"] = "-- name: a\n1\n-- name: b\n2";
  EXPECT_EQ(render("a"), "1");
  shelf->texts["f"] = "-- name: b\n2";
  shelf->texts["g"] = "-- name: a\n3";
  EXPECT_EQ(render("a"), "3");
  shelf->texts["g"] = "-- name: a\n4";
  EXPECT_EQ(render("a"), "4");
  EXPECT_EQ(render("f#a"), "not-found: template 'f#a' was not found");
}

TEST_F(ReloadTest, ATemplateInHandStaysAsItIs) {
  open();
  shelf->texts["a"] = "a text that is the template's own";
  const Template held = environment->get_template("a");
  const Fragment fragment = held.render({});
  shelf->texts["a"] = "2";
  EXPECT_EQ(render("a"), "2");
  EXPECT_EQ(held.render({}).to_text(), "a text that is the template's own");
  EXPECT_EQ(fragment.to_text(), "a text that is the template's own");
}

TEST_F(ReloadTest, ALoaderThatSaysNothingHasTemplatesThatStay) {
  const MapLoader loader(std::map<std::string, std::string>{{"a", "1"}});
  EXPECT_EQ(loader.token("a"), loader.token("a"));
  EXPECT_NE(loader.token("a"), std::nullopt);
}

class FileTokenTest : public testing::Test {
 protected:
  FileTokenTest() {
    std::string pattern = (fs::temp_directory_path() / "pgjinja-reload-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
  }
  ~FileTokenTest() override { fs::remove_all(root_); }
  void write(const std::string& file, const std::string& text) const {
    std::ofstream(root_ / file, std::ios::binary) << text;
  }

  fs::path root_;
};

TEST_F(FileTokenTest, TellsVersionsApart) {
  write("a.sql", "1");
  const DirectoryLoader loader({root_});
  const auto first = loader.token("a");
  ASSERT_TRUE(first);
  EXPECT_EQ(loader.token("a"), first);
  EXPECT_EQ(loader.token("a.sql"), first);
  EXPECT_EQ(loader.token("nosuch"), std::nullopt);

  const auto time = fs::last_write_time(root_ / "a.sql");
  fs::last_write_time(root_ / "a.sql", time + std::chrono::nanoseconds(1));
  const auto touched = loader.token("a");
  EXPECT_NE(touched, first);

  fs::resize_file(root_ / "a.sql", 5);
  fs::last_write_time(root_ / "a.sql", time);
  const auto resized = loader.token("a");
  EXPECT_NE(resized, touched);
  EXPECT_NE(resized, first);

  write("b.sql", "12345");  // another file of that size and time takes its place
  fs::last_write_time(root_ / "b.sql", time);
  fs::rename(root_ / "b.sql", root_ / "a.sql");
  EXPECT_NE(loader.token("a"), resized);

  write("a.jinja", "1");
  EXPECT_THROW(static_cast<void>(loader.token("a")), Error);
  fs::remove(root_ / "a.jinja");
  fs::remove(root_ / "a.sql");
  EXPECT_EQ(loader.token("a"), std::nullopt);
}

TEST_F(FileTokenTest, FilesAreReloaded) {
  write("a.sql", "1");
  Options options;
  options.reload = {.policy = ReloadPolicy::WhenChanged, .check_interval = std::chrono::seconds(0)};
  const Environment environment(options,
                                std::make_shared<DirectoryLoader>(std::vector<fs::path>{root_}));
  const auto render = [&] { return environment.get_template("a").render({}).to_text(); };
  EXPECT_EQ(render(), "1");
  write("a.sql", "22");
  EXPECT_EQ(render(), "22");
  fs::remove(root_ / "a.sql");
  EXPECT_THROW(render(), Error);
  write("a.jinja", "333");
  EXPECT_EQ(render(), "333");
  write("a.sql", "1");  // two files answer to the name now
  EXPECT_THROW(render(), Error);
  EXPECT_THROW(render(), Error);
  fs::remove(root_ / "a.jinja");
  EXPECT_EQ(render(), "1");
}

}  // namespace
}  // namespace pgjinja::jinja
