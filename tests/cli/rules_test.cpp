// Each rule of `pgjinja validate` is explained in docs/rules.md, and shown in a golden case.

#include "cli/program.hpp"

#include <pgjinja/jinja/check.hpp>
#include <pgjinja/sql/check.hpp>

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

namespace fs = std::filesystem;

std::vector<jinja::Rule> all_rules() {
  std::vector<jinja::Rule> rules(jinja::check_rules().begin(), jinja::check_rules().end());
  rules.insert(rules.end(), sql::check_rules().begin(), sql::check_rules().end());
  return rules;
}

TEST(Rules, AreExplained) {
  const std::string docs = test::contents(fs::path(PGJINJA_SOURCE_ROOT) / "docs" / "rules.md");
  for (const jinja::Rule& rule : all_rules()) {
    EXPECT_NE(docs.find("\n## " + std::string(rule.id) + " ("), std::string::npos) << rule.id;
  }
}

TEST(Rules, AreShownInAGoldenCase) {
  for (const jinja::Rule& rule : all_rules()) {
    const fs::path golden =
        fs::path(PGJINJA_TEST_DATA) / "golden" / "validate" / rule.id / "expected_stderr";
    ASSERT_TRUE(fs::exists(golden)) << rule.id;
    const std::string wanted = "[" + std::string(rule.id) + "]: ";
    EXPECT_NE(test::contents(golden).find(wanted), std::string::npos) << rule.id;
  }
}

TEST(Rules, HaveIdsOfTheirOwn) {
  std::vector<std::string_view> ids;
  for (const jinja::Rule& rule : all_rules()) ids.push_back(rule.id);
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
}

}  // namespace
}  // namespace pgjinja
