#include "client/columns.hpp"
#include "client/server.hpp"

#include <regex>
#include <string>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using test::client_with;
using test::report_of;

struct Case {
  const char* what;
  test::Templates templates;
  Context arguments;
  std::string report;
};

std::string executed(const Client& db, const Case& c) {
  return report_of([&] { static_cast<void>(db.query("main", c.arguments)); });
}

// Each is executed twice on one connection: in text, then in binary.
TEST(ClientErrors, PointIntoTheTemplate) {
  const Case cases[] = {
      {"a column that does not exist",
       {{"main", "SELECT relname,\n       popn\nFROM pg_class WHERE oid = {{ oid }}"}},
       {{"oid", 1}},
       "error[server 42703]: column \"popn\" does not exist\n"
       " --> main:2:8\n"
       "  |\n"
       "2 |        popn\n"
       "  |        ^^^^"},
      {"a syntax error behind a placeholder, in a line with letters of several bytes",
       {{"main", "SELECT 'é', {{ n }}::integer\nFORM pg_class"}},
       {{"n", 1}},
       "error[server 42601]: syntax error at or near \"pg_class\"\n"
       " --> main:2:6\n"
       "  |\n"
       "2 | FORM pg_class\n"
       "  |      ^^^^^^^^"},
      {"a place in an included template",
       {{"main", "SELECT relname FROM pg_class\n{% include 'filter' %}"},
        {"filter", "WHERE\n  nonsense = {{ x }}"}},
       {{"x", 1}},
       "error[server 42703]: column \"nonsense\" does not exist\n"
       " --> filter:2:3\n"
       "  |\n"
       "2 |   nonsense = {{ x }}\n"
       "  |   ^^^^^^^^\n"
       "  = while executing main:1:1"},
      {"a place in a macro",
       {{"main",
         "{% macro filter(x) %}nonsense = {{ x }}{% endmacro %}\nSELECT 1 WHERE {{ filter(7) }}"}},
       {},
       "error[server 42703]: column \"nonsense\" does not exist\n"
       " --> main:1:22\n"
       "  |\n"
       "1 | {% macro filter(x) %}nonsense = {{ x }}{% endmacro %}\n"
       "  |                      ^^^^^^^^"},
      {"a value that the server cannot read in the type it wants",
       {{"main", "SELECT relname FROM pg_class\nWHERE oid = 1 OR relpages = {{ pages }}"}},
       {{"pages", "many"}},
       "error[server 22P02]: invalid input syntax for type integer: \"many\"\n"
       " --> main:2:29\n"
       "  |\n"
       "2 | WHERE oid = 1 OR relpages = {{ pages }}\n"
       "  |                             ^^^^^^^^^^^"},
      {"a type that the server cannot tell",
       {{"main", "SELECT {{ x }} + {{ y }}"}},
       {{"x", "a"}, {"y", "b"}},
       "error[server 42725]: operator is not unique: unknown + unknown\n"
       " --> main:1:16\n"
       "  |\n"
       "1 | SELECT {{ x }} + {{ y }}\n"
       "  |                ^\n"
       "  = hint: Could not choose a best candidate operator. You might need to add explicit type "
       "casts."},
      {"a failure at run time, which has no place in the text",
       {{"main", "SELECT 1 /\n {{ n }}::integer"}},
       {{"n", 0}},
       "error[server 22012]: division by zero\n"
       "  = while executing main:1:1"},
      {"lists of different depths",
       {{"main", "SELECT {{ xs }}::integer[]"}},
       {{"xs", Value::list({Value(1), Value::list({Value(2)})})}},
       "error[encode]: a list whose sub-lists differ in length or depth cannot be an array\n"
       " --> main:1:8\n"
       "  |\n"
       "1 | SELECT {{ xs }}::integer[]\n"
       "  |        ^^^^^^^^\n"
       "  = hint: make its sub-lists equally long, or pass JSON text for a parameter of type "
       "jsonb"},
  };
  for (const Case& c : cases) {
    const Client db = client_with(c.templates, 1);
    for (int execution = 1; execution <= 2; ++execution) {
      EXPECT_EQ(executed(db, c), c.report) << c.what << ", execution " << execution;
    }
  }
}

struct Hint {
  const char* text;
  const char* hint;
};

// The server sees `$1` only, and cannot say what to write in the template.
TEST(ClientErrors, SayWhatToWriteWhereNoParameterCanStand) {
  static constexpr Hint kHints[] = {
      {"SELECT 1 FROM {{ x }}", "a name is no parameter: write {{ x | identifier }}"},
      {"SELECT 1 FROM pg_catalog.{{ x }}", "a name is no parameter: write {{ x | identifier }}"},
      {"SELECT 1 WHERE 'a' IN {{ x }}", "write IN {{ x | in }}, or = ANY({{ x }})"},
      {"SELECT 'é', interval {{ x }}",
       "no parameter can stand here: a name is {{ x | identifier }}, a list behind IN is "
       "{{ x | in }}, a key word is {{ x | one_of('asc', 'desc') }}, and `interval …` is "
       "CAST({{ x }} AS interval)"},
      {"SELECT timestamp with time zone {{ x }}",
       "no parameter can stand here: a name is {{ x | identifier }}, a list behind IN is "
       "{{ x | in }}, a key word is {{ x | one_of('asc', 'desc') }}, and `timestamp with time zone "
       "…` is "
       "CAST({{ x }} AS timestamp with time zone)"},
      {"SET work_mem TO {{ x }}",
       "SET takes no parameters: SELECT set_config('work_mem', {{ x }}, false)"},
      {"SELECT 1::int; SELECT {{ x }}",
       "a template gives one statement: make a template of each, or run a script without "
       "parameters by run_script() or --script"},
      {"SELECT 1 a b, {{ x }}", ""},
  };
  for (const Hint& row : kHints) {
    const Client db = client_with({{"main", row.text}}, 1);
    const std::string report =
        report_of([&] { static_cast<void>(db.query("main", {{"x", "a"}})); });
    const std::size_t hint = report.find("= hint: ");
    EXPECT_EQ(hint == std::string::npos ? "" : report.substr(hint + 8), row.hint) << report;
  }
}

TEST(ClientErrors, PointAtAParameterThatTheServerNamesOnly) {
  const Case cases[] = {
      {"a type that nothing tells",
       {{"main", "SELECT {{ x }}::text,\n  {{ y }} IS NULL"}},
       {{"x", "a"}, {"y", "b"}},
       "error[server 42P18]: could not determine data type of parameter $2\n"
       " --> main:2:3\n"
       "  |\n"
       "2 |   {{ y }} IS NULL\n"
       "  |   ^^^^^^^\n"
       "  = hint: say of which type it is: {{ y }}::int, or ::text …"},
      {"a statement that takes none",
       {{"main", "CREATE VIEW v AS\n  SELECT {{ x }}::int"}},
       {{"x", 1}},
       "error[server 08P01]: bind message supplies 1 parameters, but prepared statement "
       "\"pgjinja_1\" "
       "requires 0\n"
       " --> main:2:10\n"
       "  |\n"
       "2 |   SELECT {{ x }}::int\n"
       "  |          ^^^^^^^\n"
       "  = hint: CREATE takes no parameters: write {{ x | literal }}, which brings its own "
       "quotes"},
  };
  for (const Case& c : cases) {
    // How a session calls its statements is different each time.
    const std::string report = std::regex_replace(executed(client_with(c.templates, 1), c),
                                                  std::regex("pgjinja_[0-9a-f]{16}_"), "pgjinja_");
    EXPECT_EQ(report, c.report) << c.what;
  }
}

// The second execution would be encoded here, in a known type, and asks the server all the same.
TEST(ClientErrors, PointAtTheParameterWhoeverRefusesIt) {
  const Client db =
      client_with({{"main", "SELECT 1\nWHERE 5::smallint = {{ number }}::smallint"}}, 1);
  const Case refused{"", {}, {{"number", 100000}}, ""};
  const std::string report =
      "error[server 22003]: value \"100000\" is out of range for type smallint\n"
      " --> main:2:21\n"
      "  |\n"
      "2 | WHERE 5::smallint = {{ number }}::smallint\n"
      "  |                     ^^^^^^^^^^^^";
  EXPECT_EQ(executed(db, refused), report);
  db.execute("main", {{"number", 5}});
  EXPECT_EQ(executed(db, refused), report);
}

}  // namespace
}  // namespace pgjinja
