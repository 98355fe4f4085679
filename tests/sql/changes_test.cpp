#include <pgjinja/core/error.hpp>
#include <pgjinja/core/json.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/sql/binder.hpp>
#include <pgjinja/sql/filters.hpp>

#include <string>

#include <gtest/gtest.h>

// Lists and maps that a template changes, and that are bound.

namespace pgjinja::sql {
namespace {

/// The SQL and its parameters as JSON, or the error's message.
std::string bound(const std::string& text) {
  jinja::Options options;
  options.captures = jinja::Captures::Fragment;
  jinja::Environment environment(options);
  install(environment);
  const Context context = {{"xs", Value::list({1})}, {"m", Value(Map{{"a", 1}})}};
  try {
    const Statement s = Binder().bind(environment.compile("query", text).render(context));
    std::string out = s.sql;
    for (const Value& each : s.parameters) out += " " + to_json(each);
    return out;
  } catch (const Error& error) {
    return std::string(error_kind_name(error.kind())) + ": " + error.message();
  }
}

struct Row {
  std::string text;
  std::string bound;
};

TEST(Changes, AParameterIsWhatTheValueWasThen) {
  for (const Row& row : {
           Row{"{{ xs }}, {% do xs.append(2) %}{{ xs }}, {{ xs }}", "$1, $2, $3 [1] [1,2] [1,2]"},
           {"{% set a = [] %}{% for x in [1, 2] %}{% do a.append(x) %}{{ a }} {% endfor %}",
            "$1 $2  [1] [1,2]"},
           {"{% set s %}{{ xs }}{% endset %}{% do xs.clear() %}{{ s }}, {{ xs }}", "$1, $2 [1] []"},
           {"{% macro f(l) %}{{ l }}, {% do l.append(2) %}{{ l }}{% endmacro %}{{ f(xs) }}",
            "$1, $2 [1] [1,2]"},
           {"{% set s = ('a' | identifier) ~ ' ' ~ ('b' | identifier) %}{% do xs.pop() %}{{ xs }}",
            "$1 []"},
           {"{% set p = [('k' | identifier), [xs]] %}{% set j = p | join(' = ') %}{% do xs.pop() %}"
            "{{ j }}",
            "\"k\" = $1 [[1]]"},
       }) {
    EXPECT_EQ(bound(row.text), row.bound) << row.text;
  }
}

TEST(Changes, AMarkIsOfTheValueAsItWas) {
  for (const Row& row : {
           Row{"{% set i = xs | in %}{% do xs.append(2) %}{{ i }}, {{ xs | in }}",
               "($1), ($2, $3) 1 1 2"},
           {"{% set i = [xs] | map('in') | list %}{% do xs.append(2) %}{{ i[0] }}", "($1) 1"},
           {"{% set v = [xs] | values %}{% do xs.append(2) %}{{ v }}, {{ [xs] | values }}",
            "($1), ($2, $3) 1 1 2"},
           {"{% set v = [m] | values %}{% do m.update(b=xs) %}{{ v }} {% set w = [m] | values %}"
            "{% do xs.pop() %}{{ w }}",
            "($1) ($2, $3) 1 1 [1]"},
           {"{% set v = m | assign %}{% do m.update(a=2) %}{{ v }}, {{ m | assign }}",
            "\"a\" = $1, \"a\" = $2 1 2"},
           {"{% set c = m | columns %}{% do m.update(b=2) %}{{ c }} {{ m | columns }}",
            "\"a\" \"a\", \"b\""},
           {"{% set j = m | json %}{% do m.clear() %}{{ j }}", R"($1 "{\"a\":1}")"},
           {"{{ m.keys() | in }}{% do m.clear() %}", "($1) \"a\""},
           {"{{ m.items() | values }}{% do m.clear() %}", "($1, $2) \"a\" 1"},
       }) {
    EXPECT_EQ(bound(row.text), row.bound) << row.text;
  }
}

}  // namespace
}  // namespace pgjinja::sql
