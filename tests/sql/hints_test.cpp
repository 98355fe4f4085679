#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/sql/binder.hpp>
#include <pgjinja/sql/filters.hpp>
#include <pgjinja/sql/marks.hpp>

#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

struct Row {
  std::string_view text;
  std::string_view hint;
};

/// The hint of the error that a template gives when it is bound.
std::string hint_of(std::string_view text) {
  jinja::Options options;
  options.captures = jinja::Captures::Fragment;
  options.annotate = annotate;
  jinja::Environment environment(options);
  install(environment);
  const Context context = {{"x", "a"},
                           {"y", "b"},
                           {"xs", Value::list({"a", "b"})},
                           {"rows", Value::list({Value(Map{{"id", 1}})})},
                           {"mark", identifier({"m"})}};
  try {
    return Binder().bind(environment.compile("query", std::string(text)).render(context)).sql;
  } catch (const Error& error) {
    return error.hint();
  }
}

template <std::size_t N>
void expect_hints(const Row (&rows)[N]) {
  for (const Row& row : rows) EXPECT_EQ(hint_of(row.text), row.hint) << row.text;
}

TEST(Hints, PutTheWholeNameUnderOneFilter) {
  static constexpr Row kRows[] = {
      {"tbl_{{ x | identifier }}",
       "put a space between them; if both are one name, pass it whole: {{ (\"tbl_\" ~ x) | "
       "identifier }}"},
      {"a_{{ x | identifier }}_b_{{ y }} c",
       "put a space between them; if both are one name, pass it whole: {{ (\"a_\" ~ x ~ \"_b_\" ~ "
       "y) | identifier }}"},
      {"{{ x|identifier() }}_suffix",
       "put a space between them; if both are one name, pass it whole: {{ (x ~ \"_suffix\") | "
       "identifier }}"},
      {"{% set c = x|identifier %}{{ c }}_suffix",
       "put a space between them; if both are one name, apply the identifier filter to the whole "
       "name only: {{ (… ~ \"_suffix\") | identifier }}"},
      {"LIMIT{{ x|raw }}", "put a space between them"},
      {"\"{{ x }}_{{ y }}\"",
       "without the double quotes, pass it whole: {{ (x ~ \"_\" ~ y) | identifier }}"},
      {"\"a \"\"{{ x | identifier }}\"",
       "without the double quotes, pass it whole: {{ (\"a \\\"\" ~ x) | identifier }}"},
      {"\"{{ x | raw }}\"", "write {{ x | identifier }} without the double quotes"},
      {"\"{{ xs | in }}\"", "write {{ xs | identifier }} without the double quotes"},
  };
  expect_hints(kRows);
}

TEST(Hints, SayHowTwoValuesAreKeptApart) {
  static constexpr Row kRows[] = {
      {"{{ x|identifier }}{{ y|identifier }}",
       "put a comma or a space between them; one name of both is {{ (x ~ y) | identifier }}, a "
       "dotted name {{ [x, y] | identifier }}"},
      {"{{ x|identifier ~ y|identifier }}",
       "`~` joins values, and puts no text between them: print each by itself, as in {{ a }}, {{ b "
       "}}"},
      {"{% for a in xs %}{{ a }}{% endfor %}",
       "put a separator between the rounds of the loop: {% if not loop.last %}, {% endif %}"},
      {"{% macro f() %}{{ x|identifier }}{% endmacro %}{{ f() }}{{ f() }}",
       "put a space, a comma or an operator between them"},
      {"{{ xs | map('identifier') | join }}", "give `join` a separator: join(', ')"},
      {"{{ x|identifier ~ ', ' ~ y|identifier }}",
       "`~` joins values, and puts no text between them: print each by itself, as in {{ a }}, {{ b "
       "}}"},
      {"{{ x }}{{ y|identifier }}", "put a space, a comma or an operator between them"},
  };
  expect_hints(kRows);
}

TEST(Hints, KeepTheTypeInFrontOfAString) {
  static constexpr Row kRows[] = {
      {"timestamp with time zone '{{ x }}'",
       "drop the quotes and cast: {{ x }}::timestamp with time zone"},
      {"timestamp(3) with time zone '{{ x }}'",
       "drop the quotes and cast: {{ x }}::timestamp(3) with time zone"},
      {"double precision '{{ x }}'", "drop the quotes and cast: {{ x }}::double precision"},
      {"SELECT boolean '{{ x }}', int '{{ x }}'", "drop the quotes and cast: {{ x }}::boolean"},
      {"SELECT int '{{ x }}'", "drop the quotes and cast: {{ x }}::int"},
      {"SELECT now() AT TIME ZONE '{{ x }}'", "drop the quotes: write {{ x }}"},
      {"SELECT pg_catalog.int4 '{{ x }}'", "drop the quotes and cast: {{ x }}::pg_catalog.int4"},
      {"SELECT numeric(9, 2) '{{ x }}'", "drop the quotes and cast: {{ x }}::numeric(9,2)"},
      {"X'{{ x }}'", "join the parts and cast: ('x' || {{ x }})::bit varying"},
      {"X'1{{ x }}'", "join the parts and cast: ('x1' || {{ x }})::bit varying"},
      {"B'{{ x }}'", "drop the quotes and cast: {{ x }}::bit varying"},
      {"timestamp '{{ x }} 00:00'", "join the parts and cast: ({{ x }} || ' 00:00')::timestamp"},
      {"date '{{ x }}-01-01'", "join the parts and cast: ({{ x }} || '-01-01')::date"},
      {"interval '{{ x }} days ago'",
       "join the parts and cast: ({{ x }} || ' days ago')::interval"},
      {"'P{{ x }}D'::interval", "join the parts: ('P' || {{ x }} || 'D')"},
      {"interval '{{ x }}' day", "write make_interval(days => {{ x }})"},
      {"a -> '{{ x }}_b'", "join the parts: ({{ x }} || '_b')"},
  };
  expect_hints(kRows);
}

TEST(Hints, SayWhatToDoForStatementsWithoutParameters) {
  static constexpr Row kRows[] = {
      {"SET a.b TO '{{ x }}'", "SET takes no parameters: SELECT set_config('a.b', {{ x }}, false)"},
      {"SET LOCAL work_mem = '{{ x }}'",
       "SET takes no parameters: SELECT set_config('work_mem', {{ x }}, true)"},
      {"SET TIME ZONE '{{ x }}'",
       "SET takes no parameters: SELECT set_config('TimeZone', {{ x }}, false)"},
      {"DO $$ BEGIN {{ x }} END $$",
       "DO takes no parameters: in one transaction, SELECT set_config('my.value', {{ x }}, true), "
       "and read current_setting('my.value') in the body"},
      {"COPY a TO '/tmp/{{ x }}'",
       "COPY takes no parameters: write {{ (\"/tmp/\" ~ x) | literal }}, which brings its own "
       "quotes"},
      {"COPY a TO '/tmp/{{ x }}.csv'",
       "COPY takes no parameters: write {{ (\"/tmp/\" ~ x ~ \".csv\") | literal }}, which brings "
       "its own quotes"},
      {"COPY a TO '{{ x ~ y }}-{{ y }}'",
       "COPY takes no parameters: write {{ (… ~ (x ~ y) ~ …) | literal }}, which brings its own "
       "quotes"},
      {"COPY a TO 'it''s {{ x }}'",
       "COPY takes no parameters: write {{ (… ~ x ~ …) | literal }}, which brings its own quotes"},
      {"COPY a TO '{{ x | literal }}'",
       "a string takes no mark: without the filter, COPY takes no parameters: write {{ x | literal "
       "}}, which brings its own quotes"},
      {"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT {{ x }} $$",
       "CREATE takes no parameters: in one transaction, SELECT set_config('my.value', {{ x }}, "
       "true), and read current_setting('my.value') in the body"},
      {"CREATE ROLE a PASSWORD '{{ x }}'",
       "CREATE takes no parameters: write {{ x | literal }}, which brings its own quotes"},
      {"CREATE TABLE a AS SELECT '{{ x }}'", "drop the quotes: write {{ x }}"},
      {"NOTIFY a, '{{ x }}'", "NOTIFY takes no parameters: SELECT pg_notify('channel', {{ x }})"},
      {"SELECT 1; SET a = '{{ x }}'",
       "SET takes no parameters: SELECT set_config('a', {{ x }}, false)"},
      {"SET a = 1; SELECT '{{ x }}'", "drop the quotes: write {{ x }}"},
  };
  expect_hints(kRows);
}

TEST(Hints, TakeAMarksFilterOff) {
  static constexpr Row kRows[] = {
      {"'%{{ x | identifier }}'",
       "a string takes no mark: without the filter, write {{ x | endswith }}"},
      {"'{{ x | raw }}'",
       "a string takes no mark: without the filter, drop the quotes: write {{ x }}"},
      {"'{{ xs | in }}'", "drop the quotes: write IN {{ xs | in }}"},
      {"{% set c = x|identifier %}'{{ c }}'",
       "a string takes no mark: print the plain value instead, without a filter"},
  };
  expect_hints(kRows);
}

TEST(Hints, SayWhichDashAteASpace) {
  static constexpr Row kRows[] = {
      {"SELECT {{- x -}} FROM t",
       "take the `-` of `{{-` away: it takes the white space next to it away with it"},
      {"SELECT {{ x -}} FROM t",
       "take the `-` of `-}}` away: it takes the white space next to it away with it"},
      {"LIMIT {%- if true %}{{ x }}{% endif %}",
       "take the `-` of `{%-` away: it takes the white space next to it away with it"},
      {"LIMIT {{ x }} {%- if true %}FROM{% endif %}",
       "take the `-` of `{%-` away: it takes the white space next to it away with it"},
      {"{{ x }} {{- y }}",
       "take the `-` of `{{-` away: it takes the white space next to it away with it"},
      {"{{ x -}} {{ y }}",
       "take the `-` of `-}}` away: it takes the white space next to it away with it"},
      {"-- c\n{%- if x %}{{ x }}{% endif %}",
       "`{%-` pulls the value up into the comment of the line before: take its `-` away, or put "
       "the comment in /* */"},
      {"-- {{ x }}", "take it out of the comment, or make that a template comment, {# … #}"},
  };
  expect_hints(kRows);
}

TEST(Hints, NameTheColumnToSortBy) {
  static constexpr Row kRows[] = {
      {"ORDER BY {{ xs | in }}", "name columns: {{ xs | columns }}"},
      {"ORDER BY {{ rows | values }}", "name columns: {{ rows | columns }}"},
      {"ORDER BY {{ rows | values(['id']) }} DESC", "name columns: {{ rows | columns }}"},
      {"ORDER BY {{ x\n | upper }}",
       "name a column: {{ x | upper | identifier }}, or let it choose one: {{ x | upper | "
       "one_of('id', 'name') }}"},
  };
  expect_hints(kRows);
}

}  // namespace
}  // namespace pgjinja::sql
