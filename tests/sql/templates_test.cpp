#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/sql/binder.hpp>
#include <pgjinja/sql/filters.hpp>
#include <pgjinja/sql/marks.hpp>

#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

using jinja::Environment;

jinja::Options options(bool annotated) {
  jinja::Options options;
  options.captures = jinja::Captures::Fragment;
  options.annotate = annotated ? annotate : nullptr;
  return options;
}

const Context kContext = {
    {"n", 7},
    {"q", "100%"},
    {"ids", Value::list({1, 2, 3})},
    {"nothing", Value::list({})},
    {"names", Value::list({"id", "na\"me"})},
    {"path", Value::list({"public", "city"})},
    {"_model_fields_", identifier_list({"id", "name"})},
};

/// From template text to SQL with its number of parameters, or to the error's kind and message.
std::string bound(const std::string& text, bool annotated) {
  Environment environment(options(annotated));
  install(environment);
  try {
    const Statement s = Binder().bind(environment.compile("query", text).render(kContext));
    return s.sql + " /" + std::to_string(s.parameters.size());
  } catch (const Error& error) {
    return std::string(error_kind_name(error.kind())) + ": " + error.message();
  }
}

struct Row {
  std::string_view text;
  std::string_view bound;
};

TEST(Templates, KeepValuesAndMarksApartFromText) {
  static constexpr Row kRows[] = {
      {"SELECT {{ n }}", "SELECT $1 /1"},
      {"SELECT {{ _model_fields_ }} FROM t", "SELECT \"id\", \"name\" FROM t /0"},
      {"FROM {{ path | identifier }}", "FROM \"public\".\"city\" /0"},
      {"x IN {{ ids | in }}", "x IN ($1, $2, $3) /3"},
      {"x IN {{ ids | inclause }}", "x IN ($1, $2, $3) /3"},
      {"x = ANY({{ ids }})", "x = ANY($1) /1"},
      {"x LIKE {{ q | contains }}", "x LIKE $1 /1"},
      {"x = {{ q | bind }}", "x = $1 /1"},
      {"{{ 'now()' | raw }}", "now() /0"},
      {"{{ 'now()' | sqlsafe }}", "now() /0"},
      {"SELECT {{ names | map('identifier') | join(', ') }}", "SELECT \"id\", \"na\"\"me\" /0"},
      {"{% for c in names %}{{ c | identifier }}{% if not loop.last %}, {% endif %}{% endfor %}",
       "\"id\", \"na\"\"me\" /0"},
      {"{% macro eq(c, v) %}{{ c | identifier }} = {{ v }}{% endmacro %}"
       "{{ eq('a', n) }} AND {{ eq('b', q) }}",
       "\"a\" = $1 AND \"b\" = $2 /2"},
      {"{% set cond %}a = {{ n }}{% endset %}{{ cond }} OR {{ cond }} OR b = {{ q }}",
       "a = $1 OR a = $2 OR b = $3 /3"},
      {"{% if n %}'{% endif %}a'", "'a' /0"},
      {"SELECT {{ [1, 2] | join(' + ') }}", "SELECT $1 /1"},
      {"SELECT {{ names | map('identifier') | join(' = $1 + ') }}",
       "SELECT \"id\" = $1 + \"na\"\"me\" /0"},
      // Refused.
      {"SELECT {{ n }}, {{ names | map('identifier') | join(' = $1 + ') }}",
       "binding: a parameter is numbered by hand in a statement whose parameters the binder "
       "numbers"},
      {"SELECT {% set f %}{{ n }} + $1{% endset %}{{ f }}",
       "binding: a parameter is numbered by hand in a statement whose parameters the binder "
       "numbers"},
      {"x IN {{ nothing | in }}", "binding: the list of an IN is empty, and `IN ()` is no SQL"},
      {"'%{{ q }}%'",
       "binding: {{ q }} stands inside a string constant, where no parameter can stand"},
      {"{% if n %}'{% endif %}{{ q }}'",
       "binding: {{ q }} stands inside a string constant, where no parameter can stand"},
      {"-- note\n{{- q }}",
       "binding: {{ q }} stands inside a comment, where no parameter can stand"},
      {"{% for i in ids %}{{ i }}{% endfor %}",
       "binding: {{ i }} is glued to {{ i }}: two values with nothing between"},
      {"{{ 'a' | identifier ~ 'b'|identifier }}",
       "binding: {{ 'a' | identifier ~ 'b'|identifier }} is glued to {{ 'a' | identifier ~ "
       "'b'|identifier }}: two values with nothing between"},
      {"{{ ((q) | identifier ~ ('b' | identifier)) }}",
       "binding: {{ ((q) | identifier ~ ('b' | identifier)) }} is glued to {{ ((q) | identifier ~ "
       "('b' | identifier)) }}: two values with nothing between"},
      {"ORDER BY {{ q }} DESC",
       "binding: {{ q }} is a sort key by itself, and a parameter there is "
       "a constant that sorts by nothing"},
      {"{{ '' | identifier }}", "binding: an identifier is empty"},
      // What comes first is a literal's text, which has no source to take delimiters from.
      {"{% set e %}{% endset %}{{ [e, e] | join(', ') }}'{{ n }}'",
       "binding: {{ n }} stands inside a string constant, where no parameter can stand"},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(bound(std::string(row.text), true), row.bound) << row.text;
    EXPECT_EQ(bound(std::string(row.text), false), row.bound) << row.text;
  }
}

TEST(Templates, FiltersRefuseMarks) {
  for (const auto text : {"{{ q | identifier | upper }}", "{{ q | identifier | identifier }}",
                          "{{ ids | in | first }}", "{{ q | raw | contains }}",
                          "{{ q | raw | length }}", "{{ _model_fields_ | replace('i', 'x') }}"}) {
    const std::string result = bound(text, true);
    EXPECT_TRUE(result.starts_with("binding: the filter")) << text << " => " << result;
  }
}

// A literal has no source, so that the first piece says nothing of the delimiters of a hint.
TEST(Templates, AFragmentMayBeginWithALiteral) {
  EXPECT_EQ(bound("{% set j = joiner(',') %}{{ j() }}{{ j() }}{{ n }}{{ q }}", true),
            "binding: {{ q }} is glued to {{ n }}: two values with nothing between");
}

TEST(Templates, AFilterErrorHasItsPlace) {
  Environment environment(options(true));
  install(environment);
  const auto compiled = environment.compile("query", "SELECT *\nFROM {{ '' | identifier }}");
  try {
    static_cast<void>(compiled.render(kContext));
    FAIL() << "rendered";
  } catch (const Error& error) {
    ASSERT_FALSE(error.places().empty()) << error.what();
    EXPECT_EQ(error.places().front().line, 2U);
  }
}

}  // namespace
}  // namespace pgjinja::sql
