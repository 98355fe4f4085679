// The properties that SARIF 2.1.0 requires, and the values that it allows (OASIS standard, section
// 3).

#include "cli/sarif.hpp"

#include <pgjinja/jinja/check.hpp>
#include <pgjinja/sql/check.hpp>

#include <set>

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace pgjinja::cli {
namespace {

nlohmann::json log_of(const std::vector<jinja::Finding>& findings) {
  return nlohmann::json::parse(sarif_log(findings));
}

std::vector<jinja::Finding> one_finding() {
  Error error(ErrorKind::Binding, "wrong");
  error.at(locate("dir/a b%.sql", "é {{ x }}\n", 3, 7)).hint("right");
  SourcePlace caller = locate("main.sql", "call", 0, 4);
  caller.role = "called from";
  error.at(caller);
  const jinja::Rule& rule = sql::check_rules().front();
  return {{&rule, jinja::Severity::Warning, error}};
}

TEST(Sarif, AnEmptyLogHasWhatIsRequired) {
  const nlohmann::json log = log_of({});
  EXPECT_EQ(log.at("version"), "2.1.0");
  ASSERT_EQ(log.at("runs").size(), 1U);
  const nlohmann::json& run = log["runs"][0];
  EXPECT_EQ(run.at("tool").at("driver").at("name"), "pgjinja");
  EXPECT_TRUE(run.at("results").is_array());
  EXPECT_EQ(run.at("columnKind"), "unicodeCodePoints");
}

TEST(Sarif, DescribesAllRules) {
  const nlohmann::json log = log_of({});
  const nlohmann::json& rules = log["runs"][0]["tool"]["driver"]["rules"];
  EXPECT_EQ(rules.size(), jinja::check_rules().size() + sql::check_rules().size());
  std::set<std::string> ids;
  for (const nlohmann::json& rule : rules) {
    ids.insert(rule.at("id").get<std::string>());
    EXPECT_FALSE(rule.at("shortDescription").at("text").get<std::string>().empty());
    EXPECT_FALSE(rule.at("help").at("text").get<std::string>().empty());
    const std::string level = rule.at("defaultConfiguration").at("level");
    EXPECT_TRUE(level == "error" || level == "warning" || level == "note") << level;
  }
  EXPECT_EQ(ids.size(), rules.size());
}

TEST(Sarif, PlacesAResult) {
  const nlohmann::json log = log_of(one_finding());
  const nlohmann::json& result = log["runs"][0]["results"].at(0);
  const nlohmann::json& rules = log["runs"][0]["tool"]["driver"]["rules"];
  EXPECT_EQ(rules.at(result.at("ruleIndex").get<std::size_t>()).at("id"), result.at("ruleId"));
  EXPECT_EQ(result.at("level"), "warning");
  EXPECT_EQ(result.at("message").at("text"), "wrong: right");
  const nlohmann::json& place = result.at("locations").at(0).at("physicalLocation");
  EXPECT_EQ(place.at("artifactLocation").at("uri"), "dir/a%20b%25.sql");
  EXPECT_EQ(place.at("region").at("startLine"), 1);
  EXPECT_EQ(place.at("region").at("startColumn"), 3);
  EXPECT_EQ(place.at("region").at("endColumn"), 10);
  const nlohmann::json& related = result.at("relatedLocations").at(0);
  EXPECT_EQ(related.at("message").at("text"), "called from");
  EXPECT_EQ(related.at("physicalLocation").at("artifactLocation").at("uri"), "main.sql");
}

}  // namespace
}  // namespace pgjinja::cli
