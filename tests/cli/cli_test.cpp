// The commands that talk to a server, and what no golden file can hold.

#include "cli/program.hpp"

#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/embedded_server.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using test::Outcome;
using test::run_pgjinja;

constexpr const char* kSchema = R"(
CREATE TABLE city (id bigint PRIMARY KEY, name text, population bigint, area numeric, tags text[]);
INSERT INTO city VALUES (1, 'Paris', 2138551, 105.40, '{capital,"on river"}'),
                        (2, 'Nowhere', NULL, 'NaN', NULL);
CREATE ROLE guarded LOGIN PASSWORD 'right';
)";

/// A server that wants a password from the role "guarded", and a directory to run in.
class CliTest : public testing::Test {
 public:
  static void SetUpTestSuite() {
    // The server runs as another user when the tests run as root.
    std::filesystem::permissions(files().path(), std::filesystem::perms(0755));
    files().write("pg_hba.conf", "local all guarded scram-sha-256\nlocal all all trust\n");
    files().write("queries/all.sql", "SELECT * FROM city ORDER BY id\n");
    files().write("queries/wrong.sql", "SELECT id,\n       popn\nFROM city\n");
    files().write("queries/add.sql", "INSERT INTO city (id, name) VALUES ({{ id }}, {{ name }})");
    files().write("queries/none.sql", "SELECT id, name FROM city WHERE id = {{ id }}");
    EmbeddedServer::Options options;
    options.configuration = {"hba_file = '" + (files().path() / "pg_hba.conf").string() + "'"};
    server().emplace(options);
    pg::Connection(server()->settings()).run_script(kSchema);
  }
  static void TearDownTestSuite() { server().reset(); }

 protected:
  /// Runs `query` on the server; the role and more may be said in `conninfo`.
  static Outcome query(std::vector<std::string> arguments, const std::string& conninfo = "",
                       const std::map<std::string, std::string>& variables = {}) {
    std::string dsn;
    for (const auto& [keyword, value] : server()->settings().keywords) {
      dsn += keyword + "='" + value + "' ";
    }
    arguments.insert(arguments.begin(), {"query", "--templates", "queries", "--dsn",
                                         server()->settings().conninfo + " " + dsn + conninfo});
    return run_pgjinja(arguments, {.directory = files().path(), .variables = variables});
  }
  static test::TemporaryDirectory& files() {
    static test::TemporaryDirectory directory;
    return directory;
  }

 private:
  static std::optional<EmbeddedServer>& server() {
    static std::optional<EmbeddedServer> one;
    return one;
  }
};

TEST_F(CliTest, ShowsATable) {
  const Outcome run = query({"all"});
  EXPECT_EQ(run.exit, 0);
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(run.out,
            " id | name    | population |   area | tags\n"
            "----+---------+------------+--------+----------------------\n"
            "  1 | Paris   |    2138551 | 105.40 | {capital,\"on river\"}\n"
            "  2 | Nowhere |       NULL |    NaN | NULL\n"
            "(2 rows)\n");
}

TEST_F(CliTest, ShowsJsonWithExactNumbers) {
  const Outcome run = query({"all", "--json"});
  EXPECT_EQ(run.exit, 0);
  EXPECT_EQ(run.out,
            "[\n"
            "{\"id\": 1, \"name\": \"Paris\", \"population\": 2138551, \"area\": 105.40, "
            "\"tags\": [\"capital\",\"on river\"]},\n"
            "{\"id\": 2, \"name\": \"Nowhere\", \"population\": null, \"area\": \"NaN\", "
            "\"tags\": null}\n"
            "]\n");
}

TEST_F(CliTest, ShowsCsv) {
  const Outcome run = query({"all", "--csv"});
  EXPECT_EQ(run.exit, 0);
  EXPECT_EQ(run.out,
            "id,name,population,area,tags\r\n"
            "1,Paris,2138551,105.40,\"{capital,\"\"on river\"\"}\"\r\n"
            "2,Nowhere,,NaN,\r\n");
}

TEST_F(CliTest, ShowsAnEmptyResult) {
  EXPECT_EQ(query({"none", "-p", "id=99"}).out, " id | name\n----+------\n(0 rows)\n");
  EXPECT_EQ(query({"none", "-p", "id=99", "--json"}).out, "[]\n");
  EXPECT_EQ(query({"none", "-p", "id=99", "--csv"}).out, "id,name\r\n");
}

TEST_F(CliTest, ShowsTheTagOfAStatementWithoutRows) {
  EXPECT_EQ(query({"add", "-p", "id=10", "-p", "name=a"}).out, "INSERT 0 1\n");
  EXPECT_EQ(query({"add", "-p", "id:=11", "-p", "name=b", "--json"}).out,
            "{\"tag\": \"INSERT 0 1\", \"rows\": 1}\n");
  const Outcome csv = query({"add", "-p", "id:=12", "-p", "name=c", "--csv"});
  EXPECT_EQ(csv.out, "");
  EXPECT_EQ(csv.err, "INSERT 0 1\n");
  EXPECT_EQ(query({"--source", "DELETE FROM city WHERE id >= {{ n }}", "-p", "n=10"}).out,
            "DELETE 3\n");
}

TEST_F(CliTest, AnErrorOfTheServerPointsIntoTheTemplate) {
  const Outcome run = query({"wrong"});
  EXPECT_EQ(run.exit, 13);
  EXPECT_EQ(run.out, "");
  EXPECT_EQ(run.err,
            "error[server 42703]: column \"popn\" does not exist\n"
            " --> queries/wrong.sql:2:8\n"
            "  |\n"
            "2 |        popn\n"
            "  |        ^^^^\n");
  EXPECT_EQ(query({"wrong", "--json"}).out,
            "{\"error\": {\"kind\": \"server\", \"message\": \"column \\\"popn\\\" does not "
            "exist\", \"template\": \"queries/wrong.sql\", \"line\": 2, \"column\": 8, "
            "\"hint\": null, \"detail\": null, \"sqlstate\": \"42703\"}}\n");
}

TEST_F(CliTest, AValueThatDoesNotFitIsNamed) {
  const Outcome run = query({"none", "-p", "id=many"});
  EXPECT_EQ(run.exit, 13);
  EXPECT_NE(run.err.find("error[server 22P02]"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("--> queries/none.sql:1:38"), std::string::npos) << run.err;
}

TEST_F(CliTest, AMistakeInAScriptIsShownInTheScript) {
  files().write("bad.sql", "SELECT 1;\nSELCT 'é';\n");
  const Outcome run = query({"all", "--script", "bad.sql"});
  EXPECT_EQ(run.exit, 13);
  EXPECT_NE(run.err.find("--> bad.sql:2:1\n"), std::string::npos) << run.err;
}

TEST_F(CliTest, AWrongPasswordIsRefusedAndNeverShown) {
  const Outcome wrong = query({"all"}, "user=guarded password=s3cret-wrong");
  EXPECT_EQ(wrong.exit, 12);
  EXPECT_TRUE(wrong.err.starts_with("error[connection")) << wrong.err;
  EXPECT_NE(wrong.err.find("password"), std::string::npos) << wrong.err;
  EXPECT_EQ(wrong.err.find("s3cret"), std::string::npos) << wrong.err;
  EXPECT_EQ(query({"--source", "SELECT 1 AS one"}, "user=guarded password=right").exit, 0);
  const Outcome none = query({"all"}, "user=guarded", {{"PGPASSFILE", "/dev/null"}});
  EXPECT_EQ(none.exit, 12);
  EXPECT_NE(none.err.find("no password"), std::string::npos) << none.err;
}

TEST_F(CliTest, AServerThatRefusesSaysWhy) {
  const Outcome database = query({"all", "--json"}, "dbname=nowhere");
  EXPECT_EQ(database.exit, 12);
  EXPECT_NE(database.err.find("\"nowhere\" does not exist"), std::string::npos) << database.err;
  EXPECT_TRUE(database.out.starts_with("{\"error\": {\"kind\": \"connection\"")) << database.out;
  EXPECT_EQ(query({"all"}, "user=stranger").exit, 12);
}

TEST_F(CliTest, RunsOnAnEmbeddedServer) {
  files().write("schema.sql", "CREATE TABLE t (x int);");
  files().write("data.sql", "INSERT INTO t VALUES (1), (2);");
  const Outcome run = run_pgjinja({"query", "--embedded", "--script", "schema.sql", "--script",
                                   "data.sql", "--source", "SELECT sum(x) FROM t"},
                                  {.directory = files().path()});
  EXPECT_EQ(run.exit, 0) << run.err;
  EXPECT_EQ(run.out, " sum\n-----\n   3\n(1 row)\n");
}

TEST_F(CliTest, ReadsParametersFromStandardInput) {
  const Outcome run = run_pgjinja({"render", "--text", "--source", "{{ x }}", "--params", "@-"},
                                  {.input = "{\"x\": \"\\u00e9\"}"});
  EXPECT_EQ(run.out, "é");
  EXPECT_EQ(run.exit, 0);
}

TEST_F(CliTest, SettingsComeFromVariablesAndAConfigurationFileAbove) {
  files().write("project/pgjinja.toml", "templates = [\"sql\"]\n");
  files().write("project/sql/one.sql", "SELECT 1\n");
  files().write("project/deep/down/x", "");
  files().write("other/one.sql", "SELECT 2\n");
  const std::filesystem::path down = files().path() / "project/deep/down";
  EXPECT_EQ(run_pgjinja({"render", "one"}, {.directory = down}).out, "SELECT 1\n");
  EXPECT_EQ(run_pgjinja({"render", "one"},
                        {.directory = down, .variables = {{"PGJINJA_TEMPLATES", "../../../other"}}})
                .out,
            "SELECT 2\n");
  const Outcome config =
      run_pgjinja({"render", "one", "--config", "../../pgjinja.toml"}, {.directory = down});
  EXPECT_EQ(config.out, "SELECT 1\n");
}

TEST_F(CliTest, AReaderThatGoesIsNoError) {
  const Outcome run = run_pgjinja(
      {"render", "--text", "--source", "{% for i in range(100000) %}line\n{% endfor %}"},
      {.reader_is_gone = true});
  EXPECT_EQ(run.exit, 0);
  EXPECT_EQ(run.err, "");
}

TEST_F(CliTest, AFullDeviceIsAnError) {
  const Outcome run = run_pgjinja({"--version"}, {.stdout_file = "/dev/full"});
  EXPECT_EQ(run.exit, 3);
  EXPECT_EQ(run.err, "error[config]: standard output cannot be written: No space left on device\n");
}

TEST_F(CliTest, StandardErrorIsPlainWhenItIsNoTerminal) {
  const Outcome run = run_pgjinja({"render", "--source", "{{"}, {});
  EXPECT_EQ(run.exit, 5);
  EXPECT_EQ(run.err.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace pgjinja
