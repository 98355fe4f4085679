// The filters that make marks, as templates use them.

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/sql/binder.hpp>
#include <pgjinja/sql/filters.hpp>
#include <pgjinja/sql/marks.hpp>

#include <cmath>

#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

using namespace std::string_view_literals;

const Context kContext = {
    {"dir", "desc"},
    {"evil", "desc; DROP TABLE x"},
    {"cased", "DESC"},
    {"n", 7},
    {"nil", nullptr},
    {"words", Value::list({"asc", "desc"})},
    {"quote", "'"},
    {"dollar", "$1"},
    {"rows", Value::list({Value::list({1, "a"}), Value::tuple({2, nullptr})})},
    {"short", Value::list({Value::list({1, "a"}), Value::list({2})})},
    {"hollow", Value::list({Value::list({})})},
    {"flat", Value::list({1, 2})},
    {"nothing", Value::list({})},
    {"people",
     Value::list({Value(Map{{"id", 1}, {"na\"me", "x"}}), Value(Map{{"na\"me", "y"}, {"id", 2}})})},
    {"more", Value::list({Value(Map{{"id", 1}}), Value(Map{{"id", 2}, {"admin", true}})})},
    {"less", Value::list({Value(Map{{"id", 1}, {"x", 2}}), Value(Map{{"id", 2}})})},
    {"mixed", Value::list({Value(Map{{"id", 1}}), Value::list({2})})},
    {"mixed2", Value::list({Value::list({2}), Value(Map{{"id", 1}})})},
    {"blank", Value::list({Value(Map())})},
    {"marked", Value::list({Value::list({identifier({"a"})})})},
    {"nested", Value::list({Value::list({Value::list({1, 2}), Value(Map{{"a", 1}})})})},
    {"map", Value(Map{{"a", 1}, {"b", "x"}})},
    {"empty", Value(Map())},
    {"long", Value(Map{{std::string(64, 'x'), 1}})},
    {"unnamed", Value(Map{{"", 1}})},
    {"text", "it's"},
    {"path", "C:\\new'"},
    {"minus", -5},
    {"half", -0.5},
    {"one", 1.0},
    {"nan", std::nan("")},
    {"infinite", -HUGE_VAL},
    {"yes", true},
    {"bytes", Value::bytes("h\xFF")},
    {"nul", "a\0b"sv},
    {"invalid", "a\xC3"},
};

jinja::Environment& environment() {
  static jinja::Environment* const made = [] {
    jinja::Options options;
    options.captures = jinja::Captures::Fragment;
    options.undefined = jinja::UndefinedPolicy::Unprintable;
    options.annotate = annotate;
    auto* all = new jinja::Environment(options);
    install(*all);
    return all;
  }();
  return *made;
}

/// The SQL with the number of parameters, or the error's kind, message and hint.
std::string bound(std::string_view text) {
  try {
    const Statement s =
        Binder().bind(environment().compile("query", std::string(text)).render(kContext));
    return s.sql + " /" + std::to_string(s.parameters.size());
  } catch (const Error& error) {
    return std::string(error_kind_name(error.kind())) + ": " + error.message() + " => " +
           error.hint();
  }
}

struct Row {
  std::string_view text;
  std::string_view bound;
};

template <std::size_t N>
void expect(const Row (&rows)[N]) {
  for (const Row& row : rows) EXPECT_EQ(bound(row.text), row.bound) << row.text;
}

constexpr std::string_view kExact =
    " => it has to be one of them exactly; `lower` in front of one_of makes `DESC` a `desc`";

TEST(OneOf, GivesTheTextThatTheAuthorWrote) {
  static constexpr Row kRows[] = {
      {"ORDER BY a {{ dir | one_of('asc', 'desc') }}", "ORDER BY a desc /0"},
      {"ORDER BY {{ dir | one_of('desc') }}, {{ dir | one_of('desc') }}", "ORDER BY desc, desc /0"},
      {"ORDER BY a {{ cased | lower | one_of('asc', 'desc') }}", "ORDER BY a desc /0"},
      {"{{ 'FOR UPDATE' | one_of('FOR UPDATE', '') }}", "FOR UPDATE /0"},
      {"a {{ '' | one_of('FOR UPDATE', '') }} b", "a  b /0"},
      {"a {{ '<=' | one_of('<', '<=') }} {{ n }}", "a <= $1 /1"},
      {"{{ words | map('one_of', 'asc', 'desc') | join(', ') }}", "asc, desc /0"},
      {"{% set d = dir | one_of('desc') %}a {{ d }}, b {{ d }}", "a desc, b desc /0"},
      {"{{ \"'a'\" | one_of(\"'a'\") }} {{ n }}", "'a' $1 /1"},
      {"{{ '-- x\n' | one_of('-- x\n') }}{# a #} {{ n }}", "-- x\n $1 /1"},
  };
  expect(kRows);
}

TEST(OneOf, RefusesWhatIsNotAmongThem) {
  EXPECT_EQ(bound("{{ evil | one_of('asc', 'desc') }}"),
            "runtime: 'desc; DROP TABLE x' is none of 'asc', 'desc'" + std::string(kExact));
  EXPECT_EQ(bound("{{ cased | one_of('asc', 'desc') }}"),
            "runtime: 'DESC' is none of 'asc', 'desc'" + std::string(kExact));
  static constexpr Row kRows[] = {
      {"{{ n | one_of('7') }}", "runtime: the filter one_of takes a text, and not int => "},
      {"{{ nil | one_of('asc') }}", "runtime: the filter one_of takes a text, and not null => "},
      {"{{ words | one_of('asc') }}", "runtime: the filter one_of takes a text, and not list => "},
      {"{{ missing | one_of('asc') }}", "undefined: missing is undefined => "},
      {"{{ dir | one_of }}",
       "runtime: the filter one_of has nothing to choose from => write them in the template: "
       "one_of('asc', 'desc')"},
      {"{{ dir | one_of('asc', dir) }}",
       "binding: choice 2 of one_of is no string literal, and only text that the template's author "
       "wrote can become text of the statement => write them in the template: one_of('asc', "
       "'desc')"},
      {"{{ dir | one_of(*words) }}",
       "binding: choice 1 of one_of is no string literal, and only text that the template's author "
       "wrote can become text of the statement => write them in the template: one_of('asc', "
       "'desc')"},
      {"{{ dir | one_of('asc', *words) }}",
       "binding: choice 2 of one_of is no string literal, and only text that the template's author "
       "wrote can become text of the statement => write them in the template: one_of('asc', "
       "'desc')"},
      {"{{ dir | one_of(7) }}",
       "binding: choice 1 of one_of is no string literal, and only text that the template's author "
       "wrote can become text of the statement => write them in the template: one_of('asc', "
       "'desc')"},
      {"{{ dir | one_of('de' ~ 'sc') }}",
       "binding: choice 1 of one_of is no string literal, and only text that the template's author "
       "wrote can become text of the statement => write them in the template: one_of('asc', "
       "'desc')"},
      {"{{ dir | one_of(a='desc') }}", "runtime: one_of has no argument 'a' => "},
      {"{{ [dir] | map(dir, 'x') | list }}", "runtime: no filter named 'desc' => "},
      {"{% set f = 'one_of' %}{{ [dir] | map(f, 'desc') | join }}",
       "binding: the filter 'one_of' makes SQL text, and a value cannot choose it => name it in "
       "the "
       "template: map('one_of')"},
  };
  expect(kRows);
}

TEST(OneOf, StandsWhereTextOfItsOwnCanStand) {
  static constexpr Row kRows[] = {
      {"'{{ dir | one_of('desc') }}'",
       "binding: {{ dir | one_of('desc') }} stands inside a string constant, where no chosen text "
       "can stand => a string takes no mark: without the filter, drop the quotes: write {{ dir }}"},
      {"\"{{ dir | one_of('desc') }}\"",
       "binding: {{ dir | one_of('desc') }} stands inside a quoted identifier, where no chosen "
       "text "
       "can stand => drop the double quotes, or write them in what one_of chooses from"},
      {"-- {{ dir | one_of('desc') }}",
       "binding: {{ dir | one_of('desc') }} stands inside a comment, where no chosen text can "
       "stand "
       "=> take it out of the comment, or make that a template comment, {# … #}"},
      {"tbl_{{ dir | one_of('desc') }}",
       "binding: {{ dir | one_of('desc') }} is glued to tbl_ in front of it => put a space between "
       "them"},
      {"{{ dir | one_of('desc') }}_x",
       "binding: {{ dir | one_of('desc') }} is glued to _x behind it => put a space between them"},
      {"{{ dir | one_of('desc') }}{{ n }}",
       "binding: {{ n }} is glued to {{ dir | one_of('desc') }}: two values with nothing between "
       "=> "
       "put a space, a comma or an operator between them"},
      {"{{ quote | one_of(\"'\") }} '",
       "binding: the text of {{ quote | one_of(\"'\") }} leaves a string constant open => it has "
       "to "
       "close what it opens; end a `--` comment with a line break"},
      {"a {{ '<' | one_of('<') }}= b",
       "binding: the text of {{ '<' | one_of('<') }} merges with the text next to it => put a "
       "space "
       "between them"},
      {"a -{{ '-1' | one_of('-1') }}",
       "binding: the text of {{ '-1' | one_of('-1') }} merges with the text next to it => put a "
       "space between them"},
      {"a = {{ n }} AND {{ dollar | one_of('$1') }}",
       "binding: a parameter is numbered by hand in a statement whose parameters the binder "
       "numbers "
       "=> write {{ name }} instead: the binder numbers parameters, and this one would get the "
       "value of another"},
      {"{{ dir | one_of('desc') | upper }}",
       "binding: the filter 'upper' would lose what a choice mark stands for => apply 'upper' "
       "before "
       "it"},
  };
  expect(kRows);
}

TEST(OneOf, NamesTheValueSafely) {
  const auto message = [](std::string_view value) {
    try {
      const auto compiled = environment().compile("query", "{{ x | one_of('a') }}");
      static_cast<void>(compiled.render({{"x", value}}));
      return std::string("no error");
    } catch (const Error& error) {
      return error.message();
    }
  };
  EXPECT_EQ(message("größe “x”"), "'größe “x”' is none of 'a'");
  EXPECT_EQ(message("a'b\\"), "'a\\'b\\\\' is none of 'a'");
  EXPECT_EQ(message("\x1B[2J\n\x7F"), "'\\x1b[2J\\x0a\\x7f' is none of 'a'");
  EXPECT_EQ(message("\xE2\x80\xAE\xE2\x80\x8B\xE2\x81\xA6\xC2\x85"),
            "'\\xe2\\x80\\xae\\xe2\\x80\\x8b\\xe2\\x81\\xa6\\xc2\\x85' is none of 'a'");
  EXPECT_EQ(message("é\xFF"), "'\\xc3\\xa9\\xff' is none of 'a'");
  EXPECT_EQ(message(std::string(39, 'x') + "éy"),
            "'" + std::string(39, 'x') + "é…' is none of 'a'");
  EXPECT_EQ(message(std::string(40, 'x')), "'" + std::string(40, 'x') + "' is none of 'a'");
}

TEST(Values, GiveRowsOfParameters) {
  static constexpr Row kRows[] = {
      {"VALUES {{ rows | values }}", "VALUES ($1, $2), ($3, $4) /4"},
      {"VALUES {{ people | values }}", "VALUES ($1, $2), ($3, $4) /4"},
      {"VALUES {{ people | values(['na\"me']) }}", "VALUES ($1), ($2) /2"},
      {"VALUES {{ more | values(keys=['id']) }}", "VALUES ($1), ($2) /2"},
      {"VALUES {{ nested | values }}", "VALUES ($1, $2) /2"},
      {"({{ people | columns }}) VALUES {{ people | values }} RETURNING {{ n }}",
       "(\"id\", \"na\"\"me\") VALUES ($1, $2), ($3, $4) RETURNING $5 /5"},
      {"VALUES {{ more | values }}",
       "binding: row 2 has 'admin', which the first one has not => give all rows the same keys, or "
       "choose some: values(['id', 'name'])"},
      {"{{ less | values }}", "binding: row 2 has no 'x' => give it a value; none stands for NULL"},
      {"{{ people | values(['id', 'x']) }}",
       "binding: row 1 has no 'x' => give it a value; none stands for NULL"},
      {"{{ people | values([]) }}", "binding: values has no keys to choose => name one at least"},
      {"{{ people | values('id') }}",
       "runtime: the filter values takes keys as a list of texts, and not text => "},
      {"{{ people | values([1]) }}",
       "runtime: the filter values takes keys as a list of texts, and not int => "},
      {"{{ people | values(['id'], 1) }}", "runtime: values takes at most 1 argument, not 2 => "},
      {"{{ short | values }}",
       "binding: row 2 has 1 value, and the first one has 2 => give every row a value for each "
       "column; none stands for NULL"},
      {"{{ hollow | values }}",
       "binding: row 1 has no value => a row has a value for each column, at least one"},
      {"{{ blank | values }}",
       "binding: row 1 has no value => a row has a value for each column, at least one"},
      {"{{ nothing | values }}",
       "binding: the list of rows is empty, and VALUES takes one at least => leave the statement "
       "out when there is none, or pass each column as a list: SELECT * FROM unnest({{ ids }}, {{ "
       "names }}) takes lists of any length"},
      {"{{ flat | values }}",
       "runtime: row 1 is int, and no list => write all rows as lists, or all as maps; a plain "
       "list "
       "is for `in`, or for unnest({{ ids }})"},
      {"{{ mixed | values }}",
       "runtime: row 2 is list, and no map => write all rows as lists, or all as maps; a plain "
       "list "
       "is for `in`, or for unnest({{ ids }})"},
      {"{{ mixed2 | values }}",
       "runtime: row 2 is map, and no list => write all rows as lists, or all as maps; a plain "
       "list "
       "is for `in`, or for unnest({{ ids }})"},
      {"{{ [missing] | values }}", "undefined: row 1 is undefined => pass it"},
      {"{{ [[missing]] | values }}", "undefined: a value of row 1 is undefined: missing => "},
      {"{{ marked | values }}",
       "binding: a value of row 1 is identifier mark, and no plain value => give numbers, texts, "
       "lists …; marks are printed by themselves"},
      {"{{ [{1: 2}] | values }}",
       "runtime: the filter values takes a map with texts as keys, and not int => "},
      {"{{ n | values }}", "runtime: the filter values takes a list of rows, and not int => "},
      {"{{ missing | values }}", "undefined: missing is undefined => "},
      {"'{{ rows | values }}'",
       "binding: {{ rows | values }} stands inside a string constant, where no list of rows can "
       "stand => drop the quotes: write VALUES {{ rows | values }}"},
      {"VALUES{{ rows | values }}",
       "binding: {{ rows | values }} is glued to VALUES in front of it => put a space between "
       "them"},
      {"{{ rows | values }}{{ n }}",
       "binding: {{ n }} is glued to {{ rows | values }}: two values with nothing between => put a "
       "space, a comma or an operator between them"},
  };
  expect(kRows);
}

TEST(Values, KeepTheOrderOfTheFirstRow) {
  const Statement s = Binder().bind(
      environment()
          .compile("query", "{{ people | values }} {{ people | values(['na\"me', 'id']) }}")
          .render(kContext));
  EXPECT_EQ(s.parameters, (std::vector<Value>{1, "x", 2, "y", "x", 1, "y", 2}));
}

TEST(Columns, QuoteTheNames) {
  static constexpr Row kRows[] = {
      {"{{ map | columns }}", "\"a\", \"b\" /0"},
      {"{{ people | columns }}", "\"id\", \"na\"\"me\" /0"},
      {"{{ words | columns }}", "\"asc\", \"desc\" /0"},
      {"{{ empty | columns }}",
       "binding: an identifier has no name => give at least one name; an empty list of names is no "
       "SQL"},
      {"{{ nothing | columns }}",
       "binding: an identifier has no name => give at least one name; an empty list of names is no "
       "SQL"},
      {"{{ long | columns }}",
       "binding: the identifier \"xxxxxxxxxxxxxxxxxxxx…\" has 64 bytes => PostgreSQL keeps 63 "
       "bytes "
       "of a name and would cut the rest off in silence"},
      {"{{ unnamed | columns }}",
       "binding: an identifier is empty => give a name of 1 to 63 bytes"},
      {"{{ {1: 2} | columns }}",
       "runtime: the filter columns takes a map with texts as keys, and not int => "},
      {"{{ text | columns }}",
       "runtime: the filter columns takes a map, a list of maps or a list of texts, and not text "
       "=> "},
      {"{{ flat | columns }}",
       "runtime: the filter columns takes a map, a list of maps or a list of texts, and not int "
       "=> "},
      {"{{ missing | columns }}", "undefined: missing is undefined => "},
      {"'{{ map | columns }}'",
       "binding: {{ map | columns }} stands inside a string constant, where no identifier can "
       "stand "
       "=> a string takes no mark: print the plain value instead, without a filter"},
      {"\"{{ map | columns }}\"",
       "binding: {{ map | columns }} stands inside a quoted identifier, where no identifier can "
       "stand => drop the double quotes: the identifier filter writes them: {{ map | columns }}"},
  };
  expect(kRows);
}

TEST(Assign, SetsColumns) {
  static constexpr Row kRows[] = {
      {"UPDATE t SET {{ map | assign }} WHERE id = {{ n }}",
       "UPDATE t SET \"a\" = $1, \"b\" = $2 WHERE id = $3 /3"},
      {"SET {{ map | assign(['b']) }}", "SET \"b\" = $1 /1"},
      {"SET {{ map | assign(['b', 'c']) }}",
       "binding: the map has no 'c' => give it a value; none stands for NULL"},
      {"{{ empty | assign }}",
       "binding: there is nothing to assign, and SET takes one column at least => leave the "
       "statement out when there is nothing to change"},
      {"{{ unnamed | assign }}", "binding: an identifier is empty => give a name of 1 to 63 bytes"},
      {"{{ long | assign }}",
       "binding: the identifier \"xxxxxxxxxxxxxxxxxxxx…\" has 64 bytes => PostgreSQL keeps 63 "
       "bytes "
       "of a name and would cut the rest off in silence"},
      {"{{ {'a': missing} | assign }}",
       "undefined: a value of the assignment is undefined: missing => "},
      {"{{ {'a': text | literal} | assign }}",
       "binding: a value of the assignment is literal mark, and no plain value => give numbers, "
       "texts, lists …; marks are printed by themselves"},
      {"{{ people | assign }}", "runtime: the filter assign takes a map, and not list => "},
      {"U&{{ map | assign }}",
       "binding: {{ map | assign }} is glued to U& in front of it => put a space behind the `&`"},
      {"{{ map | assign }}0",
       "binding: {{ map | assign }} is glued to 0 behind it => put a space between them"},
      {"'{{ map | assign }}'",
       "binding: {{ map | assign }} stands inside a string constant, where no assignment can stand "
       "=> drop the quotes: write SET {{ map | assign }}"},
  };
  expect(kRows);
}

TEST(Json, IsOneParameter) {
  const auto json = [](std::string_view expression) {
    const Statement s =
        Binder().bind(environment()
                          .compile("query", "{{ " + std::string(expression) + " | json }}")
                          .render(kContext));
    EXPECT_EQ(s.sql, "$1");
    return std::string(s.parameters.at(0).as_text());
  };
  EXPECT_EQ(json("map"), R"({"a":1,"b":"x"})");
  EXPECT_EQ(json("[text, n, half, yes, nil]"), R"(["it's",7,-0.5,true,null])");
  EXPECT_EQ(json("text"), R"("it's")");
  EXPECT_EQ(json("nil"), "null");
  EXPECT_EQ(json("nothing"), "[]");
  EXPECT_EQ(json("nul"), R"("a\u0000b")");
  static constexpr Row kRows[] = {
      {"{{ map | json }}::jsonb -> {{ 'a' }}", "$1::jsonb -> $2 /2"},
      {"{{ marked | json }}", "runtime: an object (identifier mark) cannot be written as JSON => "},
      {"{{ [rows | values] | json }}",
       "runtime: an object (rows mark) cannot be written as JSON => "},
      {"{% set f %}{{ n }}{% endset %}{{ [f] | json }}",
       "runtime: an object (fragment) cannot be written as JSON => "},
      {"{{ bytes | json }}",
       "runtime: a bytes value cannot be written as JSON => encode it as text first"},
      {"{{ nan | json }}", "runtime: the float nan cannot be written as JSON => "},
      {"{{ invalid | json }}",
       "runtime: text that is not valid UTF-8 cannot be written as JSON => "},
      {"{{ missing | json }}", "undefined: missing is undefined => "},
      {"'{{ map | json }}'",
       "binding: {{ map | json }} stands inside a string constant, where no parameter can stand => "
       "drop the quotes: write {{ map | json }}"},
  };
  expect(kRows);
}

TEST(Literal, IsAConstant) {
  static constexpr Row kRows[] = {
      {"COMMENT ON TABLE t IS {{ text | literal }}", "COMMENT ON TABLE t IS 'it''s' /0"},
      {"={{ path | literal }};", "= E'C:\\\\new'''; /0"},
      {"({{ n | literal }})", "(7) /0"},
      {"-{{ minus | literal }}", "- -5 /0"},
      {"a-{{ half | literal }}", "a- -0.5 /0"},
      {"{{ one | literal }}", "1.0 /0"},
      {"{{ nan | literal }} {{ infinite | literal }}", "'NaN' '-Infinity' /0"},
      {"{{ yes | literal }} {{ nil | literal }}", "true NULL /0"},
      {"{{ bytes | literal }}", " E'\\\\x68ff' /0"},
      {"ENUM ({{ words | map('literal') | join(', ') }})", "ENUM ('asc', 'desc') /0"},
      {"{{ map | json | literal }}", "'{\"a\":1,\"b\":\"x\"}' /0"},
      {"date {{ '2024-01-01' | literal }}", "date '2024-01-01' /0"},
      {"{{ dollar | literal }}, {{ n }}", "'$1', $1 /1"},
      {"{{ nul | literal }}",
       "encode: a literal has a NUL byte or invalid UTF-8 => give text that is valid UTF-8; bytes "
       "become the literal of a bytea"},
      {"{{ invalid | literal }}",
       "encode: a literal has a NUL byte or invalid UTF-8 => give text that is valid UTF-8; bytes "
       "become the literal of a bytea"},
      {"{{ words | literal }}",
       "runtime: a literal is made of a single value, and not of list => make one of each item: {{ "
       "items | map('literal') | join(', ') }}"},
      {"{{ missing | literal }}", "undefined: missing is undefined => "},
      {"{{ text | literal | literal }}",
       "binding: the filter 'literal' would lose what a literal mark stands for => apply 'literal' "
       "before it"},
      {"'{{ text | literal }}'",
       "binding: {{ text | literal }} stands inside a string constant, where no literal can stand "
       "=> a string takes no mark: without the filter, drop the quotes: write {{ text }}"},
      {"\"{{ text | literal }}\"",
       "binding: {{ text | literal }} stands inside a quoted identifier, where no literal can "
       "stand "
       "=> write {{ text | identifier }} without the double quotes"},
      {"E{{ text | literal }}",
       "binding: {{ text | literal }} is glued to E in front of it => put a space between them"},
      {"U&{{ text | literal }}",
       "binding: {{ text | literal }} is glued to U& in front of it => put a space behind the `&`"},
      {"U&{{ path | literal }}",
       "binding: {{ path | literal }} is glued to U& in front of it => put a space behind the `&`"},
      {"{{ text | literal }}'x'",
       "binding: {{ text | literal }} is glued to 'x' behind it => put a space between them"},
      {"{{ text | literal }}\n'x'",
       "binding: the text of {{ text | literal }} merges with the text next to it => put a space "
       "between them"},
      {"'x'\n{{ text | literal }}",
       "binding: the text of {{ text | literal }} merges with the text next to it => put a space "
       "between them"},
      {"{{ n | literal }}.5",
       "binding: the text of {{ n | literal }} merges with the text next to it => put a space "
       "between them"},
  };
  expect(kRows);
}

TEST(Raw, LeavesFragmentsAsTheyAre) {
  static constexpr Row kRows[] = {
      {"{% set f %}a = {{ n }}{% endset %}{{ f | sqlsafe }} OR {{ f | raw }}",
       "a = $1 OR a = $2 /2"},
      {"{% macro m(x) %}f({{ x }}){% endmacro %}{{ m(n) | sqlsafe }}", "f($1) /1"},
      {"LIMIT {{ n | sqlsafe }}", "LIMIT 7 /0"},
      {"a-{{ minus | raw }}",
       "binding: the text of {{ minus | raw }} merges with the text next to it => put a space "
       "between them"},
      {"{{ text | identifier | raw }}",
       "binding: the filter 'raw' would lose what the identifier mark stands for => apply 'raw' "
       "before it"},
      {"{{ [text | identifier] | map('raw') | join }}",
       "binding: the filter 'raw' would lose what the identifier mark stands for => apply 'raw' "
       "before it"},
      {"{{ yes | raw }}", "runtime: the filter raw takes a text, and not bool => "},
      {"{{ missing | raw }}", "undefined: missing is undefined => "},
  };
  expect(kRows);
}

TEST(Raw, IsKeptFromAValueByWhiteSpaceOfItsOwn) {
  static constexpr Row kRows[] = {
      {"{{ 'a = ' | raw }}{{ n }}", "a = $1 /1"},
      {"{{ 'f(' | raw }}{{ n }})", "f($1) /1"},
      {"{{ '/* a */' | raw }}{{ n }}", "/* a */$1 /1"},
      {"{{ \"'a' \" | raw }}{{ n }}", "'a' $1 /1"},
      {"{{ 'a ' | raw }}b", "a b /0"},
      {"{{ 'a' | raw }}{{ n }}",
       "binding: {{ n }} is glued to {{ 'a' | raw }}: two values with nothing between => put a "
       "space, a comma or an operator between them"},
      {"{{ '-' | raw }}{{ n }}",
       "binding: {{ n }} is glued to {{ '-' | raw }}: two values with nothing between => put a "
       "space, a comma or an operator between them"},
      {"{{ n }} {{ '' | raw }}{{ n }}",
       "binding: {{ n }} is glued to {{ '' | raw }}: two values with nothing between => put a "
       "space, a comma or an operator between them"},
      {"{{ \"'a'\n\" | raw }}{{ \"'b'\" | raw }}",
       "binding: the text of {{ \"'b'\" | raw }} merges with the text next to it => put a space "
       "between them"},
      {"{{ \"'a'\n\" | raw }}'b'",
       "binding: the text of {{ \"'a'\\n\" | raw }} merges with the text next to it => put a space "
       "between them"},
      {"{{ 'ORDER BY ' | raw }}{{ n }}",
       "binding: {{ n }} is a sort key by itself, and a parameter there is a constant that sorts "
       "by "
       "nothing => name a column: {{ n | identifier }}, or let it choose one: {{ n | one_of('id', "
       "'name') }}"},
  };
  expect(kRows);
}

TEST(Raw, CannotBeHadFromAFragmentWhenItIsOff) {
  const Binder strict({.allow_raw = false});
  const auto render = [](std::string_view text) {
    return environment().compile("query", std::string(text)).render(kContext);
  };
  EXPECT_EQ(strict.bind(render("{% set f %}{{ n }}{% endset %}{{ f | raw }}")).sql, "$1");
  EXPECT_THROW(static_cast<void>(strict.bind(render("{{ 'a' | raw }}"))), Error);
  EXPECT_EQ(strict.bind(render("{{ 'a' | one_of('a') }}, {{ text | literal }}")).sql, "a, 'it''s'");
}

}  // namespace
}  // namespace pgjinja::sql
