#include "sql/check/checking.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

using Found = std::vector<std::string>;

struct Row {
  std::string text;
  Found found;
};

TEST(Check, FindsPositionsOnAnyPath) {
  for (const Row& row : {
           Row{"SELECT {{ a }}", {}},
           {"SELECT '{{ a }}'", {"value-in-string 1:9"}},
           {"SELECT \"{{ a }}\"", {"value-in-identifier 1:9"}},
           {"SELECT 1 -- {{ a }}\n", {"value-in-comment 1:13"}},
           {"SELECT 1 /* {{ a }} */", {"value-in-comment 1:13"}},
           {"SELECT a{{ a }}", {"glued-value 1:9"}},
           {"SELECT {{ a }}b", {"glued-value 1:8"}},
           {"SELECT {{ a }}{{ b }}", {"glued-value 1:15"}},
           {"SELECT 'a", {"text-left-open 1:8"}},
           {"SELECT {{ a }}, $1", {"numbered-parameter 1:17"}},
           {"ORDER BY {{ a }} DESC", {"sort-key 1:10"}},
           {"ORDER BY {{ a }}", {"sort-key 1:10"}},
           {"ORDER BY ({{ a }}::int), b", {"sort-key 1:11"}},
           {"ORDER BY b, {{ a }} LIMIT 3", {"sort-key 1:13"}},
           {"ORDER BY {{ a }} + b", {}},
           {"ORDER BY f({{ a }})", {}},
           {"ORDER BY {{ a | identifier }}", {}},
           // Both sides of a condition.
           {"{% if x %}'{{ a }}'{% else %}\"{{ b }}\"{% endif %}",
            {"value-in-string 1:12", "value-in-identifier 1:31"}},
           {"{% if x %}'{% endif %}{{ a }}'",
            {"branch-state 1:1", "value-in-string 1:23", "glued-value 1:23",
             "text-left-open 1:30"}},
           {"{% if x %}a{% endif %}{{ a }}", {"glued-value 1:23"}},
           {"a {% if x %}-- b{% endif %}\n {{ a }}", {}},
           {"{{ 'x' if a else b }}", {}},
           // The same question has the same answer.
           {"{% if x %}'{% endif %}b{% if x %}'{% endif %}", {"branch-state 1:1"}},
           {"{% if x %}'{% endif %}b{% if not x %}'{% endif %}",
            {"branch-state 1:1", "branch-state 1:24", "text-left-open 1:11",
             "text-left-open 1:23"}},
           {"{% if x == 1 %}a{% elif x == 2 %}b{% endif %}{% if x == 3 %}{{ y }}{% endif %}", {}},
           {"{% if x == 1 %}a{% endif %}{% if x == 1 %}{{ y }}{% endif %}", {"glued-value 1:43"}},
           {"{% if x is defined %}a{% endif %}{% if not x %} {% endif %}{{ y }}",
            {"glued-value 1:60"}},
           {"{% if x %}a{% endif %}{% if x is not defined %}{{ y }}{% endif %}", {}},
           // Loops.
           {"{% for i in xs %}{{ i }}{% endfor %}", {"glued-value 1:18"}},
           {"{% for i in xs %}{{ i }}{% if not loop.last %}, {% endif %}{% endfor %}", {}},
           {"{% for i in xs %}{% if loop.index > 1 %}, {% endif %}{{ i }}{% endfor %}", {}},
           {"{% for i in xs %}{% if loop.index0 %}, {% endif %}{{ i }}{% endfor %}", {}},
           {"{% for i in xs %}{% if loop.first %}({% endif %}{{ i }}{{ ',' if not loop.last }}"
            "{% endfor %}",
            {"glued-value 1:56", "glued-value 1:49"}},
           {"{% for i in xs %}'{% endfor %}", {"text-left-open 1:18"}},
           {"{% for i in xs %} {{ i }} {% else %}'{{ a }}'{% endfor %}", {"value-in-string 1:38"}},
           {"{% for i in [1, 2] %}{{ i }}{% if loop.first %}, {% endif %}{% endfor %}", {}},
           {"{% for i in [1, 2, 3] %}{{ i }}{% if loop.first %}, {% endif %}{% endfor %}",
            {"glued-value 1:25"}},
           {"{% for i in xs %}{% if i %}{% break %}{% endif %}{{ i }}{% endfor %}",
            {"glued-value 1:50"}},
           {"{% for i in xs %}{% if loop.index == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}",
            {"not-followed 1:18"}},
           {"{% if xs %}a{% endif %}{% for i in xs %}{% if loop.first %} {% endif %}{{ i }},"
            "{% endfor %}",
            {}},
           {"{% set ns = namespace(sep='') %}{% for i in xs %}{% if ns.sep %}, {% endif %}{{ i }}"
            "{% set ns.sep = 'x' %}{% endfor %}",
            {}},
           {"{% set c = joiner(', ') %}{% for i in xs %}{{ c() }}{{ i }}{% endfor %}", {}},
           {"{% set c = joiner(', ') %}{% if x %}{{ c() }}{{ a }}{% endif %}{% if y %}{{ c() }}"
            "{{ b }}{% endif %}",
            {}},
           // Macros, captures, calls.
           {"{% macro m(a) %}'{{ a }}'{% endmacro %}{{ m(1) }}", {"value-in-string 1:18"}},
           {"{% macro m(a) %}{{ a }}{% endmacro %}x{{ m(1) }}", {"glued-value 1:17"}},
           {"{% macro m(q) %}{% if q %}'{% endif %}{% endmacro %}{{ m(true) }}{{ a }}{{ m(true) }}",
            {"value-in-string 1:66"}},
           {"{% macro m() %}({{ caller() }}){% endmacro %}{% call m() %}'{{ a }}'{% endcall %}",
            {"value-in-string 1:61"}},
           {"{% set c %}a = {{ a }}{% endset %}{{ c }} AND {{ c }}", {}},
           {"{% set c %}{{ a }}{% endset %}{{ c }}{{ c }}", {"glued-value 1:12"}},
           {"{% set c %}{{ a }}{% endset %}{{ c | upper }}", {"filter-on-mark 1:38"}},
           {"{{ a | identifier | upper }}", {"filter-on-mark 1:21"}},
           {"{{ xs | map('identifier') | join(', ') }}", {}},
           {"{{ xs | map('identifier') | join }}", {"glued-value 1:1"}},
           {"{{ ['a', 'b'] | map('identifier') | join(', ') }}x", {"glued-value 1:1"}},
           {"{{ 'a' | identifier ~ b }}", {"glued-value 1:4"}},
           {"{{ a | raw }}b", {"glued-value 1:1", "raw-use 1:8"}},
           {"{{ 'now()' | raw }}", {"raw-use 1:14"}},
           // What is not known.
           {"{% include x %}'{{ a }}'", {"not-followed 1:1"}},
           {"{% set ns = namespace(w='') %}{% for i in xs %}{% set ns.w = ns.w ~ 'a' %}{% endfor %}"
            "{{ ns.w }}",
            {"not-followed 1:87"}},
           // Lists and maps that change.
           {"{% set xs = [] %}{% do xs.append(a) %}'{{ a }}'", {"not-followed 1:18"}},
           {"'{{ a }}' {{ xs.pop() }}{{ b }}c", {"value-in-string 1:2", "not-followed 1:11"}},
           {"{% macro m(l) %}{% do l.clear() %}{% endmacro %}{% set x = m(xs) %}{{ b }}c",
            {"not-followed 1:49"}},
           {"{% if b %}{% do d.update(k=1) %}{% endif %}{% if d.k %}'{% endif %}",
            {"not-followed 1:11", "not-followed 1:1"}},
           {"{{ (xs | attr('pop'))() }}, {{ b }}c", {"not-followed 1:1"}},
           {"{% set ns = namespace(pop=1) %}{{ ns.pop }}, {{ b }}c", {"glued-value 1:46"}},
       }) {
    EXPECT_EQ(Checking(row.text).found(), row.found) << row.text;
  }
}

TEST(Check, SaysThatItLeavesSomePathsOut) {
  const auto notes = [](int branches) {
    std::string text = "SELECT {% if a == 0 %}$t0$";
    for (int i = 1; i < branches; ++i) {
      text += "{% elif a == " + std::to_string(i) + " %}$t" + std::to_string(i) + "$";
    }
    const Found found = Checking(text + "{% else %}1{% endif %}").found();
    return std::ranges::count_if(
        found, [](const std::string& each) { return each.starts_with("not-followed 1:"); });
  };
  EXPECT_EQ(notes(100), 0);
  EXPECT_EQ(notes(300), 1);
}

TEST(Check, FollowsOtherTemplates) {
  EXPECT_EQ(Checking({{"main", "'{% include 'part' %}'"}, {"part", "{{ a }}"}}).found(),
            (Found{"value-in-string part 1:1"}));
  EXPECT_EQ(Checking({{"main", "{% import 'lib' as l %}'{{ l.m(a) }}'"},
                      {"lib", "{% macro m(x) %}{{ x }}{% endmacro %}"}})
                .found(),
            (Found{"value-in-string lib 1:17"}));
  EXPECT_EQ(
      Checking({{"main", "{% extends 'base' %}{% block b %}{{ super() }}{{ a }}{% endblock %}"},
                {"base", "'{% block b %}x{% endblock %}'"}})
          .found(),
      (Found{"value-in-string 1:47"}));
  EXPECT_EQ(Checking({{"main", "{% from 'lib' import m %}{{ m() }}{{ a }}"},
                      {"lib", "{% macro m() %}a{% endmacro %}"}})
                .found(),
            (Found{"glued-value 1:35"}));
}

}  // namespace
}  // namespace pgjinja::sql
