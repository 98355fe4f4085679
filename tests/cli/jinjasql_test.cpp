// JinjaSQL's documented examples, as tests/sql/jinjasql/record.py recorded them: the same
// parameters in the same order, and SQL that differs in the form of the placeholders only.

#include "cli/sql_case.hpp"

#include <pgjinja/core/error.hpp>

#include <regex>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

/// `($1, $2)` as JinjaSQL writes it: `(%s,%s)`.
std::string as_jinjasql(const std::string& sql) {
  const std::string format = std::regex_replace(sql, std::regex("\\$[0-9]+"), "%s");
  return std::regex_replace(format, std::regex("%s, (?=%s)"), "%s,");
}

/// JinjaSQL takes what stands between two placeholders from the template, which may have a space.
std::string without_space_between(const std::string& sql) {
  return std::regex_replace(sql, std::regex("%s, (?=%s)"), "%s,");
}

TEST(JinjaSql, DocumentedExamplesRunUnchanged) {
  const auto examples = test::sql_cases("sql/jinjasql/examples.jsonl");
  ASSERT_GE(examples.size(), 24U);
  for (const test::SqlCase& example : examples) {
    try {
      const sql::Statement statement = example.client().render("main", example.context());
      EXPECT_EQ(as_jinjasql(statement.sql), without_space_between(example.text("sql")))
          << example.text("name");
      EXPECT_EQ(Value::list(statement.parameters), example.field("params")) << example.text("name");
    } catch (const Error& error) {
      ADD_FAILURE() << example.text("name") << ": " << error.what();
    }
  }
}

// What JinjaSQL lets pass and pgjinja refuses, on purpose: see the rules of sql::Binder.
TEST(JinjaSql, ItsHolesAreErrors) {
  const auto refused = test::sql_cases("sql/jinjasql/refused.jsonl");
  ASSERT_FALSE(refused.empty());
  for (const test::SqlCase& each : refused) {
    try {
      const std::string sql = each.client().render("main", each.context()).sql;
      ADD_FAILURE() << each.text("name") << ": " << sql;
    } catch (const Error& error) {
      EXPECT_EQ(error_kind_name(error.kind()), each.text("kind")) << error.what();
      EXPECT_EQ(error.hint(), each.text("hint")) << error.what();
    }
  }
}

}  // namespace
}  // namespace pgjinja
