// What the filters of the SQL side write, as the server reads it.

#include "client/server.hpp"

#include <pgjinja/jinja/loader.hpp>

#include <limits>
#include <memory>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

Client client_where(const std::string& setting, test::Templates templates) {
  pg::Settings settings = test::server().settings();
  settings.keywords["options"] = "-c " + setting;
  return Client({.connection = settings,
                 .pool = {.max_size = 1},
                 .loader = std::make_shared<jinja::MapLoader>(std::move(templates))});
}

TEST(ClientMarks, LiteralsAreReadAsTheValueWhateverTheSettings) {
  const std::vector<std::string> texts = {
      "",      "it's",    "\\",           "\\'",    "'\\",   "\\\\'; DROP TABLE x; --",
      "a\nb",  "größe ”", "\\x41\\u0041", "$$ $a$", "E'\\'", "U&'\\0027'",
      "%_{{}}"};
  for (const auto setting : {"standard_conforming_strings=on", "standard_conforming_strings=off",
                             "backslash_quote=off"}) {
    const Client db = client_where(setting, {{"main", "SELECT {{ x | literal }}::text"}});
    for (const std::string& text : texts) {
      EXPECT_EQ(db.query_one<std::string>("main", {{"x", text}}), text) << setting;
    }
  }
}

TEST(ClientMarks, LiteralsOfOtherKinds) {
  const Client db = test::client_with(
      {{"main",
        "SELECT -{{ minus | literal }} AS a, 2-{{ half | literal }} = 2.5 AS b, {{ yes | literal "
        "}} "
        "AS c, {{ nil | literal }} IS NULL AS d, {{ raw | literal }}::bytea = {{ raw }} AS e, "
        "{{ nan | literal }}::float8 = 'NaN' AS f"}});
  const Result rows = db.query("main", {{"minus", -5},
                                        {"half", -0.5},
                                        {"yes", true},
                                        {"nil", nullptr},
                                        {"raw", Value::bytes("h\xFF\\'")},
                                        {"nan", std::numeric_limits<double>::quiet_NaN()}});
  EXPECT_EQ(rows[0]["a"].as<int>(), 5);
  for (const auto column : {"b", "c", "d", "e", "f"}) {
    EXPECT_TRUE(rows[0][column].as<bool>()) << column;
  }
}

TEST(ClientMarks, StatementsWithoutParametersTakeLiterals) {
  const Client db = test::client_with(
      {{"create", "CREATE TYPE marks_mood AS ENUM ({{ moods | map('literal') | join(', ') }})"},
       {"comment", "COMMENT ON TYPE marks_mood IS {{ comment | literal }}"},
       {"read",
        "SELECT obj_description('marks_mood'::regtype, 'pg_type') || {{ mood }}::marks_mood"},
       {"drop", "DROP TYPE marks_mood"}},
      1);
  db.execute("create", {{"moods", Value::list({"o'k", "b\\d"})}});
  db.execute("comment", {{"comment", "a'\\; DROP TYPE marks_mood; --"}});
  EXPECT_EQ(db.query_one<std::string>("read", {{"mood", "b\\d"}}),
            "a'\\; DROP TYPE marks_mood; --b\\d");
  db.execute("drop");
}

TEST(ClientMarks, RowsAreInsertedAndChanged) {
  const Client db = test::client_with(
      {{"create", "CREATE TABLE marked_rows (id int, \"na\"\"me\" text, doc jsonb)"},
       {"insert", "INSERT INTO marked_rows ({{ rows | columns }}) VALUES {{ rows | values }}"},
       {"update",
        "UPDATE marked_rows SET {{ change | assign }}, doc = {{ doc | json }} WHERE id = {{ id }}"},
       {"read",
        "SELECT \"na\"\"me\" || coalesce(doc::text, '-') FROM marked_rows ORDER BY id {{ dir | "
        "one_of('asc', 'desc') }}"}},
      1);
  db.execute("create");
  EXPECT_EQ(db.execute("insert", {{"rows", Value::list({Value(Map{{"id", 1}, {"na\"me", "x'"}}),
                                                        Value(Map{{"na\"me", "y"}, {"id", 2}})})}}),
            2);
  EXPECT_EQ(db.execute("update", {{"change", Value(Map({{"na\"me", "z"}}))},
                                  {"doc", Value::list({1, "a", nullptr})},
                                  {"id", 2}}),
            1);
  EXPECT_EQ(db.query<std::string>("read", {{"dir", "desc"}}),
            (std::vector<std::string>{"z[1, \"a\", null]", "x'-"}));
}

}  // namespace
}  // namespace pgjinja
