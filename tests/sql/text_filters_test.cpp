#include "sql/mark_filters.hpp"

namespace pgjinja::sql {
namespace {

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
      {"{{ marked | json }}", "binding: an object (identifier mark) cannot be written as JSON => "},
      {"{{ [rows | values] | json }}",
       "binding: an object (rows mark) cannot be written as JSON => "},
      {"{% set f %}{{ n }}{% endset %}{{ [f] | json }}",
       "binding: an object (fragment) cannot be written as JSON => "},
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
