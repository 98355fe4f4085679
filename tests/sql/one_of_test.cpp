#include "sql/mark_filters.hpp"

namespace pgjinja::sql {
namespace {

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
            "binding: 'desc; DROP TABLE x' is none of 'asc', 'desc'" + std::string(kExact));
  EXPECT_EQ(bound("{{ cased | one_of('asc', 'desc') }}"),
            "binding: 'DESC' is none of 'asc', 'desc'" + std::string(kExact));
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
      {"{% for i in [n, '$1' | one_of('$1')] %}{{ i }} {% endfor %}",
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
  EXPECT_EQ(message("\x1B[2J\n\x7F"), "'\\x1b[2J\\n\\x7f' is none of 'a'");
  EXPECT_EQ(message("\xE2\x80\xAE\xE2\x80\x8B\xE2\x81\xA6\xC2\x85"),
            "'\\xe2\\x80\\xae\\xe2\\x80\\x8b\\xe2\\x81\\xa6\\xc2\\x85' is none of 'a'");
  EXPECT_EQ(message("é\xFF"), "'é\\xff' is none of 'a'");
  EXPECT_EQ(message(std::string(39, 'x') + "éy"),
            "'" + std::string(39, 'x') + "é…' is none of 'a'");
  EXPECT_EQ(message(std::string(40, 'x')), "'" + std::string(40, 'x') + "' is none of 'a'");
}

}  // namespace
}  // namespace pgjinja::sql
