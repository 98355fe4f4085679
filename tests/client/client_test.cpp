#include "client/columns.hpp"
#include "client/server.hpp"

#include <pgjinja/pgjinja.hpp>
#include <pgjinja/sql/marks.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pgjinja {
namespace {

using test::client_with;
using test::report_of;
using test::Templates;

struct City {
  std::int64_t id;
  std::string name;
  std::string country;
  std::int64_t population;
  friend bool operator==(const City&, const City&) = default;
};

/// Five cities as a table expression: no test sees what another one wrote.
const std::string kCities =
    "(VALUES (1::bigint, 'Paris', 'FR', 2138551::bigint), (2, 'Marseille', 'FR', 870731),"
    " (3, 'Lyon', 'FR', 522250), (4, 'Genève', 'CH', 183981), (5, 'Köln', 'DE', 963395))"
    " AS cities (id, name, country, population)";

Templates city_templates() {
  return {
      {"largest", "SELECT * FROM " + kCities +
                      " WHERE country = {{ country }} ORDER BY population DESC"
                      " LIMIT {{ limit }}"},
      {"by_country", "SELECT id FROM " + kCities + " WHERE country = {{ country }} ORDER BY id"},
      {"fields", "SELECT {{ _model_fields_ }} FROM " + kCities + " ORDER BY id LIMIT 1"}};
}

TEST(Client, MapsRowsToStructs) {
  const Client db = client_with(city_templates());
  const std::vector<City> expected{{1, "Paris", "FR", 2138551}, {2, "Marseille", "FR", 870731}};
  // The first execution answers in text, the second in binary.
  EXPECT_EQ(db.query<City>("largest", {{"country", "FR"}, {"limit", 2}}), expected);
  EXPECT_EQ(db.query<City>("largest", {{"country", "FR"}, {"limit", 2}}), expected);
  EXPECT_TRUE(db.query<City>("largest", {{"country", "XX"}, {"limit", 2}}).empty());
}

TEST(Client, MapsRowsToTuplesAndScalars) {
  const Client db = client_with({{"pairs", "SELECT n, n::text FROM generate_series(1, 2) n"},
                                 {"numbers", "SELECT n FROM generate_series(1, 3) n"}});
  using Row = std::tuple<std::int32_t, std::string>;
  EXPECT_EQ(db.query<Row>("pairs"), (std::vector<Row>{{1, "1"}, {2, "2"}}));
  EXPECT_EQ(db.query<std::int32_t>("numbers"), (std::vector<std::int32_t>{1, 2, 3}));
}

TEST(Client, TakesRoomForALargeResultByTheOneBefore) {
  const Client db = client_with({{"many", "SELECT n FROM generate_series(1, {{ most }}) n"}});
  const auto rows = [&](std::int64_t most) {
    const auto all = db.query<std::int32_t>("many", {{"most", most}});
    EXPECT_EQ(static_cast<std::int64_t>(all.size()), most);
    EXPECT_EQ(all.back(), most);
    EXPECT_LT(all.capacity(), 2 * all.size());  // a guess that was too high is not kept
    return all.capacity();
  };
  rows(5000);  // in text, by another mapping
  rows(5000);
  EXPECT_EQ(rows(5000), 5000U);
  rows(1500);
  rows(20);
  rows(5000);
  rows(300'000);
  EXPECT_EQ(rows(300'000), 300'000U);
}

/// Also for what is found without a connection: whoever looked for templates at the fork may have
/// locked them.
TEST(Client, TellsAForkedChildBeforeItLooksForATemplate) {
  const Client db = client_with({{"one", "SELECT 1"}});
  const std::string told = "error[config]: this pool was made before fork(), by the parent process";
  const pid_t child = ::fork();
  if (child == 0) {
    int refused = 0;
    for (const char* name : {"one", "nowhere"}) {
      try {
        db.execute(name);
      } catch (const Error& error) {
        refused += std::string(error.what()).starts_with(told) ? 1 : 0;
      }
    }
    ::_exit(refused);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 2) << status;
  EXPECT_EQ(db.query_one<std::int32_t>("one"), 1);
}

TEST(Client, GivesUntypedRows) {
  const Client db = client_with(city_templates());
  for (int execution = 1; execution <= 2; ++execution) {
    std::string names;
    for (const Row& row : db.query("largest", {{"country", "FR"}, {"limit", 3}})) {
      names +=
          row["name"].as<std::string>() + " " + std::to_string(row.at(0).value().as_int()) + ";";
    }
    EXPECT_EQ(names, "Paris 1;Marseille 2;Lyon 3;");
  }
  EXPECT_EQ(db.query("largest", {{"country", "FR"}, {"limit", 3}}).tag(), "SELECT 3");
}

TEST(Client, OneAndMaybeCountRows) {
  const Client db = client_with(city_templates());
  EXPECT_EQ(db.query_one<std::int64_t>("by_country", {{"country", "CH"}}), 4);
  EXPECT_EQ(db.query_maybe<std::int64_t>("by_country", {{"country", "CH"}}), 4);
  EXPECT_EQ(db.query_maybe<std::int64_t>("by_country", {{"country", "XX"}}), std::nullopt);
  EXPECT_EQ(report_of([&] {
              static_cast<void>(db.query_one<std::int64_t>("by_country", {{"country", "XX"}}));
            }),
            "error[cardinality]: template \"by_country\" gave 0 rows, and query_one takes exactly "
            "one\n"
            "  = hint: query_maybe gives nothing when there is no row");
  EXPECT_EQ(report_of([&] {
              static_cast<void>(db.query_one<std::int64_t>("by_country", {{"country", "FR"}}));
            }),
            "error[cardinality]: template \"by_country\" gave 3 rows, and query_one takes exactly "
            "one\n"
            "  = hint: query gives all rows; else narrow the WHERE clause, or LIMIT 1");
  EXPECT_EQ(
      report_of([&] {
        static_cast<void>(db.query_maybe<std::int64_t>("by_country", {{"country", "FR"}}));
      }),
      "error[cardinality]: template \"by_country\" gave 3 rows, and query_maybe takes at most "
      "one\n"
      "  = hint: query gives all rows; else narrow the WHERE clause, or LIMIT 1");
}

TEST(Client, MaybeTellsANullFromNoRow) {
  const Client db =
      client_with({{"null", "SELECT NULL::bigint"}, {"none", "SELECT 1 WHERE false"}});
  using Nullable = std::optional<std::int64_t>;
  EXPECT_EQ(db.query_maybe<Nullable>("null"), std::make_optional(Nullable()));
  EXPECT_FALSE(db.query_maybe<std::optional<std::int32_t>>("none").has_value());
}

TEST(Client, ExecuteCountsRows) {
  const Client db =
      client_with({{"create", "CREATE TABLE counted (n integer)"},
                   {"insert", "INSERT INTO counted SELECT generate_series(1, {{ n }})"},
                   {"update", "UPDATE counted SET n = n + 10 WHERE n > {{ n }}"},
                   {"delete", "DELETE FROM counted"},
                   {"select", "SELECT n FROM counted"},
                   {"drop", "DROP TABLE counted"}});
  const struct {
    const char* name;
    Context arguments;
    std::int64_t rows;
  } steps[] = {
      {"create", {}, 0},         {"insert", {{"n", 3}}, 3},
      {"update", {{"n", 1}}, 2}, {"update", {{"n", 99}}, 0},
      {"select", {}, 3},         {"delete", {}, 3},
      {"drop", {}, 0},
  };
  for (const auto& step : steps) {
    EXPECT_EQ(db.execute(step.name, step.arguments), step.rows) << step.name;
  }
}

TEST(Client, RunsScripts) {
  const Client db = client_with({{"sum", "SELECT sum(n) FROM scripted"}});
  db.run_script("CREATE TABLE scripted (n integer); INSERT INTO scripted VALUES (1), (2)");
  EXPECT_EQ(db.query_one<std::int64_t>("sum"), 3);
  db.run_script("DROP TABLE scripted");
  EXPECT_EQ(report_of([&] { db.run_script("SELECT 1; SELECT nonsense"); }).substr(0, 20),
            "error[server 42703]:");
}

TEST(Client, RefusesToLeaveATransactionOpen) {
  const Client db = client_with({{"begin", "BEGIN"}, {"one", "SELECT 1"}}, 1);
  const std::string expected = "leaves a transaction open, and it has been rolled back";
  EXPECT_NE(report_of([&] { db.execute("begin"); }).find(expected), std::string::npos);
  EXPECT_NE(report_of([&] { db.run_script("BEGIN; SELECT 1"); }).find(expected), std::string::npos);
  db.run_script("BEGIN; SELECT 1; COMMIT");
  EXPECT_EQ(db.query_one<std::int32_t>("one"), 1);
}

TEST(Client, TellsTemplatesTheModelFields) {
  struct NameFirst {
    std::string name;
    std::int64_t id;
  };
  const Client db = client_with(city_templates());
  EXPECT_EQ(db.query_one<City>("fields").name, "Paris");
  EXPECT_EQ(db.query_one<NameFirst>("fields").id, 1);
  // What the caller passes goes first.
  const Value only_id = sql::identifier_list({"id"});
  EXPECT_EQ(db.query_one<std::int64_t>("fields", {{"_model_fields_", only_id}}), 1);
  EXPECT_EQ(report_of([&] {
              static_cast<void>(db.query_one<City>("fields", {{"_model_fields_", only_id}}));
            }),
            "error[mapping]: member City::name has no column\n"
            "  = while executing fields:1:1\n"
            "  = detail: columns: id\n"
            "  = hint: select it in the template, or leave the member out");
}

TEST(Client, ModelFieldsReachIncludedTemplates) {
  const Client db = client_with(
      {{"outer", "SELECT {% include 'columns' %} FROM " + kCities + " ORDER BY id LIMIT 1"},
       {"columns", "{{ _model_fields_ }}"}});
  EXPECT_EQ(db.query_one<City>("outer").country, "FR");
}

TEST(Client, BindsHostileTextsLiterally) {
  const Client db = client_with({{"echo", "SELECT {{ text }}::text"}});
  const std::string hostile[] = {"'; DROP TABLE cities; --",
                                 "$1",
                                 "$$ $tag$",
                                 "\\",
                                 "\\'",
                                 "\"",
                                 "{{ x }}",
                                 "%_",
                                 "",
                                 "\xF0\x9F\x90\x98",
                                 "a\nb\tc",
                                 "/* ",
                                 "--",
                                 std::string(100'000, '\'')};
  for (int execution = 1; execution <= 2; ++execution) {
    for (const std::string& text : hostile) {
      EXPECT_EQ(db.query_one<std::string>("echo", {{"text", text}}), text);
    }
  }
}

TEST(Client, BindsNullAndLists) {
  const Client db = client_with(
      {{"null", "SELECT {{ x }}::text IS NULL"}, {"any", "SELECT 3 = ANY({{ xs }}::integer[])"}});
  EXPECT_TRUE(db.query_one<bool>("null", {{"x", nullptr}}));
  EXPECT_TRUE(db.query_one<bool>("any", {{"xs", std::vector<int>{1, 3}}}));
  EXPECT_FALSE(db.query_one<bool>("any", {{"xs", std::vector<int>{}}}));
}

TEST(Client, AnErrorOfMappingLeavesTheConnectionUsable) {
  const Client db = client_with({{"rows", "SELECT nullif(n, 500) FROM generate_series(1, 1000) n"},
                                 {"pid", "SELECT pg_backend_pid()"}},
                                1);
  const auto pid = db.query_one<std::int32_t>("pid");
  for (int execution = 1; execution <= 2; ++execution) {
    EXPECT_EQ(report_of([&] { static_cast<void>(db.query<std::int32_t>("rows")); }),
              "error[mapping]: column \"nullif\" is NULL in row 500, and the value asked for is "
              "std::int32_t\n"
              "  = while executing rows:1:1\n"
              "  = hint: ask for std::optional<std::int32_t>, or give it a value in SQL with "
              "coalesce");
    EXPECT_EQ(db.query_one<std::int32_t>("pid"), pid);
  }
}

TEST(Client, RefusesATypedQueryOfAStatementWithoutColumns) {
  const Client db = client_with({{"set", "SET application_name = 'x'"}});
  EXPECT_EQ(report_of([&] { static_cast<void>(db.query<City>("set")); }),
            "error[mapping]: member City::id has no column\n"
            "  = while executing set:1:1\n"
            "  = detail: the statement returns no columns\n"
            "  = hint: add RETURNING to the statement, or use execute");
  EXPECT_EQ(db.query("set").tag(), "SET");
}

TEST(Client, OpensNothingUntilItMust) {
  const Client db({.connection = {.conninfo = "host=/nowhere"},
                   .loader = std::make_shared<jinja::MapLoader>(city_templates())});
  const sql::Statement statement = db.render("by_country", {{"country", "FR"}});
  EXPECT_EQ(statement.sql, "SELECT id FROM " + kCities + " WHERE country = $1 ORDER BY id");
  EXPECT_EQ(statement.parameters, (std::vector<Value>{Value("FR")}));
  EXPECT_EQ(report_of([&] {
              static_cast<void>(db.query("by_country", {{"country", "FR"}}));
            }).substr(0, 18),
            "error[connection]:");
}

TEST(Client, CanBeMoved) {
  Client first = client_with(city_templates());
  EXPECT_EQ(first.query_one<std::int64_t>("by_country", {{"country", "CH"}}), 4);
  const Client second = std::move(first);
  EXPECT_EQ(second.query_one<std::int64_t>("by_country", {{"country", "CH"}}), 4);
}

TEST(Client, FindsTemplatesInDirectories) {
  const std::filesystem::path directory =
      std::filesystem::path(testing::TempDir()) / ("pgjinja_client_" + std::to_string(getpid()));
  std::filesystem::create_directories(directory / "cities");
  std::ofstream(directory / "cities" / "one.sql.jinja") << "SELECT {{ n }}::integer";
  {
    const Client db({.connection = test::server().settings(), .templates = {directory}});
    EXPECT_EQ(db.query_one<std::int32_t>("cities/one", {{"n", 7}}), 7);
    EXPECT_EQ(db.environment().list(), (std::vector<std::string>{"cities/one"}));
  }
  std::filesystem::remove_all(directory);
}

TEST(Client, RefusesSettingsThatContradict) {
  EXPECT_EQ(report_of([] {
              const Client db(
                  {.templates = {"."}, .loader = std::make_shared<jinja::MapLoader>(Templates{})});
            }),
            "error[config]: templates come from directories or from a loader, not from both\n"
            "  = hint: leave ClientSettings::templates or ClientSettings::loader empty");
  EXPECT_EQ(report_of([] { const Client db({.templates = {"/no/such/directory"}}); }).substr(0, 14),
            "error[config]:");
  EXPECT_EQ(report_of([] { static_cast<void>(Client().query("any")); }).substr(0, 17),
            "error[not-found]:");
}

TEST(Client, LetsItsEnvironmentBeExtended) {
  const Client db(
      {.connection = test::server().settings(),
       .loader = std::make_shared<jinja::MapLoader>(
           Templates{{"answer", "SELECT {{ answer }}::integer"}}),
       .configure = [](jinja::Environment& environment) { environment.add_global("answer", 42); }});
  EXPECT_EQ(db.query_one<std::int32_t>("answer"), 42);
}

TEST(Client, IsConfiguredByACallableThatCaptures) {
  const Templates templates = {{"price", "SELECT {{ amount | in_euro }}"}};
  const double rate = 2;
  int calls = 0;
  const Client db({.loader = std::make_shared<jinja::MapLoader>(templates),
                   .configure = [&calls, rate](jinja::Environment& environment) {
                     ++calls;
                     environment.add_filter("in_euro", [rate](double n) { return n / rate; });
                   }});
  EXPECT_EQ(db.render("price", {{"amount", 3}}).parameters, std::vector<Value>{1.5});
  EXPECT_EQ(db.render("price", {{"amount", 4}}).sql, "SELECT $1");
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(report_of([&] { static_cast<void>(db.render("price", {{"amount", "3"}})); }),
            "error[runtime]: the filter 'in_euro' takes a number, and not text\n"
            " --> price:1:20\n"
            "  |\n"
            "1 | SELECT {{ amount | in_euro }}\n"
            "  |                    ^");
}

TEST(Client, IsNotMadeWhenItsConfigurationThrows) {
  const auto make = [] {
    const Client db({.configure = [](jinja::Environment& environment) {
      environment.add_function("f", [](int n) { return n; }, {"a", "b"});
    }});
  };
  EXPECT_EQ(report_of(make),
            "error[config]: the signature of the function 'f' has 2 arguments, and not 1");
}

TEST(Client, CanRefuseRawText) {
  const Client db(
      {.loader = std::make_shared<jinja::MapLoader>(Templates{{"raw", "SELECT {{ x | raw }}"}}),
       .allow_raw = false});
  EXPECT_EQ(report_of([&] { static_cast<void>(db.render("raw", {{"x", "1"}})); }).substr(0, 16),
            "error[security]:");
}

TEST(Client, RunsQueriesOfAFileAndChecksTheirArguments) {
  const Client db =
      client_with({{"cities",
                    "{% macro limited(n) %}LIMIT {{ n }}{% endmacro %}\n"
                    "-- name: top :many\n"
                    "{#---\n@param country: text\n@param limit: int = 1\n---#}\n"
                    "SELECT {{ _model_fields_ }} FROM " +
                        kCities +
                        "\n WHERE country = {{ country }} ORDER BY id {{ limited(limit) }};\n"
                        "-- name: wrong\nSELECT 1,\n nonsense"}});
  const std::vector<City> expected{{1, "Paris", "FR", 2138551}};
  EXPECT_EQ(db.query<City>("top", {{"country", "FR"}}), expected);
  EXPECT_EQ(db.query<City>("cities#top", {{"country", "FR"}, {"limit", 2}}).size(), 2U);
  EXPECT_EQ(report_of([&] { static_cast<void>(db.query<City>("top", {{"county", "FR"}})); }),
            "error[config]: there is no parameter 'county'\n"
            " --> cities:4:8\n  |\n4 | @param country: text\n  |        ^^^^^^^\n"
            "  = hint: did you mean 'country'?");
  EXPECT_EQ(report_of([&] { db.execute("wrong"); }),
            "error[server 42703]: column \"nonsense\" does not exist\n"
            "  --> cities:11:2\n   |\n11 |  nonsense\n   |  ^^^^^^^^");
}

TEST(Client, SeesThatATemplateHasChangedIfItIsToLook) {
  std::string pattern = (std::filesystem::temp_directory_path() / "pgjinja-client-XXXXXX").string();
  const std::filesystem::path directory = mkdtemp(pattern.data());
  const auto write = [&](const char* text) { std::ofstream(directory / "a.sql") << text; };
  write("SELECT 1");
  const Client stays{{.templates = {directory}}};
  const Client looks{{.templates = {directory},
                      .reload = {.policy = jinja::ReloadPolicy::WhenChanged,
                                 .check_interval = std::chrono::seconds(0)}}};
  EXPECT_EQ(stays.render("a").sql, "SELECT 1");
  EXPECT_EQ(looks.render("a").sql, "SELECT 1");
  write("SELECT 22");
  EXPECT_EQ(stays.render("a").sql, "SELECT 1");
  EXPECT_EQ(looks.render("a").sql, "SELECT 22");
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace pgjinja
