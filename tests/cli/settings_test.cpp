#include "cli/settings.hpp"

#include "cli/config_file.hpp"
#include "cli/program.hpp"

#include <pgjinja/core/error.hpp>

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::cli {
namespace {

using Directories = std::vector<std::filesystem::path>;

/// Resolves with these variables and this configuration file.
Settings resolve(Request request, const std::map<std::string, std::string>& variables,
                 const std::string& config) {
  const test::TemporaryDirectory directory;
  directory.write("pgjinja.toml", config);
  request.config = directory.path() / "pgjinja.toml";
  Settings settings = resolve_settings(request, [&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
  for (auto& path : settings.templates) path = path.lexically_relative(directory.path());
  return settings;
}

TEST(Settings, FlagsGoBeforeTheEnvironmentAndThisBeforeTheFile) {
  const std::string config = "templates = [\"file\"]\ndsn = \"file\"\n";
  const std::map<std::string, std::string> variables = {{"PGJINJA_TEMPLATES", "one:two"},
                                                        {"PGJINJA_DSN", "variable"}};
  Request flags;
  flags.templates = {"flag"};
  flags.dsn = "flag";
  EXPECT_EQ(resolve(flags, variables, config).dsn, "flag");
  EXPECT_EQ(resolve(flags, variables, config).templates.size(), 1U);
  EXPECT_EQ(resolve({}, variables, config).dsn, "variable");
  EXPECT_EQ(resolve({}, variables, config).templates.size(), 2U);
  EXPECT_EQ(resolve({}, {}, config).dsn, "file");
  EXPECT_EQ(resolve({}, {}, config).templates, Directories{"file"});
  EXPECT_EQ(resolve({}, {}, "").dsn, "");
  EXPECT_TRUE(resolve({}, {}, "").templates.empty());
}

TEST(Settings, EmptyPartsOfAListOfDirectoriesNameNone) {
  EXPECT_EQ(resolve({}, {{"PGJINJA_TEMPLATES", "::one:"}}, "").templates.size(), 1U);
}

TEST(ConfigFile, KnowsEveryKey) {
  const ConfigFile config = parse_config(
      "templates = \"q\"\ndsn = \"dbname=app\"\nallow_raw = false\n[limits]\ninstructions = 1\n"
      "output_bytes = 2\ncall_depth = 3\nnesting = 4\nrange_items = 5\ntemplate_bytes = 6\n",
      "up/pgjinja.toml");
  EXPECT_EQ(config.templates, Directories{"up/q"});
  EXPECT_EQ(config.dsn, "dbname=app");
  EXPECT_FALSE(config.allow_raw);
  EXPECT_EQ(config.limits.instructions, 1U);
  EXPECT_EQ(config.limits.output_bytes, 2U);
  EXPECT_EQ(config.limits.call_depth, 3U);
  EXPECT_EQ(config.limits.nesting, 4U);
  EXPECT_EQ(config.limits.range_items, 5U);
  EXPECT_EQ(config.limits.template_bytes, 6U);
}

TEST(ConfigFile, AnAbsoluteDirectoryStaysOne) {
  EXPECT_EQ(parse_config("templates = [\"/q\", \"r\"]", "pgjinja.toml").templates,
            (Directories{"/q", "r"}));
}

TEST(ConfigFile, RefusesWithThePlace) {
  const struct {
    const char* text;
    const char* place;
  } cases[] = {
      {"templtes = []", "pgjinja.toml:1:1\n"},
      {"dsn = 5", "pgjinja.toml:1:7\n"},
      {"# é\nallow_raw = \"no\"", "pgjinja.toml:2:13\n"},
      {"[limits]\nfuel = 1", "pgjinja.toml:2:1\n"},
      {"[limits]\nnesting = 0", "pgjinja.toml:2:11\n"},
      {"[limits]\nnesting = 5000000000", "pgjinja.toml:2:11\n"},
      {"[limits]\nnesting = \"many\"", "pgjinja.toml:2:11\n"},
      {"limits = 5", "pgjinja.toml:1:1\n"},
      {"templates = [1]", "pgjinja.toml:1:14\n"},
      {"dsn = ", "pgjinja.toml:1:"},
      {"dsn = \"a\"\ndsn = \"b\"", "pgjinja.toml:2:"},
  };
  for (const auto& c : cases) {
    try {
      static_cast<void>(parse_config(c.text, "pgjinja.toml"));
      ADD_FAILURE() << "no error: " << c.text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Config);
      EXPECT_NE(std::string(error.what()).find(c.place), std::string::npos) << error.what();
    }
  }
}

TEST(ConfigFile, NeverShowsAPassword) {
  for (const char* text : {"dns = \"host=x password=geheim\"", "dsn = \"postgresql://u:geheim@h",
                           "password='geheim'", "dsn = geheim", "# dsn\n'geheim password"}) {
    try {
      static_cast<void>(parse_config(text, "pgjinja.toml"));
      ADD_FAILURE() << "no error: " << text;
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find("geheim"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace pgjinja::cli
